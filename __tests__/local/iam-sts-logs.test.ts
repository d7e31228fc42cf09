import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, test } from '@jest/globals'
import { clientConfig, invoke, lambdaClient, local, refusal } from './support'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const DENY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'logs:Put*', Resource: '*' }],
}

describe('STS', () => {
  test('GetCallerIdentity tells account and caller, also another one', async () => {
    const aws = await local({ account: '210987654321' })
    const sts = new STSClient(clientConfig(aws, 'eu-west-1'))
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '210987654321',
      Arn: 'arn:aws:sts::210987654321:assumed-role/deploy/ci',
    })
    aws.caller.become({ arn: 'arn:aws:iam::999999999999:user/x&y', userId: 'AIDA' })
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '999999999999',
      Arn: 'arn:aws:iam::999999999999:user/x&y',
    })
  })
})

describe('IAM', () => {
  test('roles have URL-encoded trust policies, path and RoleLastUsed', async () => {
    const aws = await local()
    const iam = new IAMClient(clientConfig(aws))
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
    })
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'made',
        Path: '/service-role/',
        AssumeRolePolicyDocument: trust,
      }),
    )
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'made' }))
    expect(Role?.Arn).toBe('arn:aws:iam::123456789012:role/service-role/made')
    expect(Role?.AssumeRolePolicyDocument).toBe(encodeURIComponent(trust))
    expect(Role?.RoleLastUsed).toEqual({})
    const again = new CreateRoleCommand({ RoleName: 'made', AssumeRolePolicyDocument: trust })
    expect(await refusal(iam.send(again))).toMatchObject({
      name: 'EntityAlreadyExistsException',
      status: 409,
    })
    const missing = iam.send(new GetRoleCommand({ RoleName: 'none' }))
    expect(await refusal(missing)).toMatchObject({
      name: 'NoSuchEntityException',
      status: 404,
      message: 'The role with name none cannot be found.',
    })
  })

  test('inline policies are put, read URL-encoded, listed by page and deleted', async () => {
    const aws = await local()
    aws.iam.createRole({ name: 'role' })
    const iam = new IAMClient(clientConfig(aws))
    const role = { RoleName: 'role' }
    const document = JSON.stringify(DENY)
    for (const PolicyName of ['b', 'a', 'c']) {
      await iam.send(new PutRolePolicyCommand({ ...role, PolicyName, PolicyDocument: document }))
    }
    const first = await iam.send(new ListRolePoliciesCommand({ ...role, MaxItems: 2 }))
    expect(first).toMatchObject({ PolicyNames: ['a', 'b'], IsTruncated: true })
    const rest = await iam.send(new ListRolePoliciesCommand({ ...role, Marker: first.Marker }))
    expect(rest).toMatchObject({ PolicyNames: ['c'], IsTruncated: false })
    const read = await iam.send(new GetRolePolicyCommand({ ...role, PolicyName: 'a' }))
    expect(read.PolicyDocument).not.toContain('*')
    expect(JSON.parse(decodeURIComponent(read.PolicyDocument ?? ''))).toEqual(DENY)
    await iam.send(new DeleteRolePolicyCommand({ ...role, PolicyName: 'a' }))
    const gone = iam.send(new GetRolePolicyCommand({ ...role, PolicyName: 'a' }))
    expect(await refusal(gone)).toMatchObject({ name: 'NoSuchEntityException', status: 404 })
    expect(Object.keys(aws.iam.get('role').inline)).toEqual(['b', 'c'])
  })

  test('a malformed document, one too large, and a caller who may not are refused', async () => {
    const aws = await local()
    aws.iam.createRole({ name: 'role' })
    const iam = new IAMClient(clientConfig(aws))
    const put = (PolicyDocument: string) =>
      refusal(
        iam.send(new PutRolePolicyCommand({ RoleName: 'role', PolicyName: 'p', PolicyDocument })),
      )
    expect(await put('{')).toMatchObject({ name: 'MalformedPolicyDocumentException', status: 400 })
    const large = { ...DENY, Id: 'x'.repeat(10_240) }
    expect(await put(JSON.stringify(large))).toMatchObject({
      name: 'LimitExceededException',
      status: 409,
    })
    aws.caller.deny('iam:PutRolePolicy')
    expect(await put(JSON.stringify(DENY))).toMatchObject({ status: 403 })
  })

  test('managed policies attach and detach; unknown and malformed ARNs are told apart', async () => {
    const aws = await local()
    aws.iam.createRole({ name: 'role' })
    const iam = new IAMClient(clientConfig(aws))
    const role = { RoleName: 'role' }
    const own = aws.iam.createPolicy('own', DENY)
    await iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn: BASIC }))
    await iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn: own }))
    const listed = await iam.send(new ListAttachedRolePoliciesCommand(role))
    expect(listed.AttachedPolicies).toEqual([
      { PolicyName: 'AWSLambdaBasicExecutionRole', PolicyArn: BASIC },
      { PolicyName: 'own', PolicyArn: own },
    ])
    await iam.send(new DetachRolePolicyCommand({ ...role, PolicyArn: BASIC }))
    const twice = iam.send(new DetachRolePolicyCommand({ ...role, PolicyArn: BASIC }))
    expect(await refusal(twice)).toMatchObject({ name: 'NoSuchEntityException' })
    const unknown = `${BASIC}2`
    const attach = (PolicyArn: string) =>
      refusal(iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn })))
    expect(await attach(unknown)).toMatchObject({
      name: 'NoSuchEntityException',
      message: `Policy ${unknown} does not exist or is not attachable.`,
    })
    expect(await attach('arn:aws:iam::nowhere-at-all')).toMatchObject({
      message: 'Invalid ARN:  Could not be parsed!',
    })
  })

  test('what is not modelled says so', async () => {
    const aws = await local()
    const iam = new IAMClient(clientConfig(aws))
    expect(await refusal(iam.send(new ListRolesCommand({})))).toMatchObject({
      name: 'LocalAwsNotModelled',
      status: 501,
    })
  })
})

describe('CloudWatch Logs', () => {
  test('shows the group, stream and events of an invocation, found by request id', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn', handler: { logs: ['hello'] } })
    const { requestId } = await invoke(lambdaClient(aws), 'fn')
    const logs = new CloudWatchLogsClient(clientConfig(aws))
    const logGroupName = '/aws/lambda/fn'
    const groups = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/' }),
    )
    expect(groups.logGroups).toMatchObject([
      {
        logGroupName,
        arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/fn:*',
        logGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/fn',
      },
    ])
    const streams = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }),
    )
    expect(streams.logStreams).toHaveLength(1)
    const found = await logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: `"${requestId ?? ''}" START` }),
    )
    expect(found.events).toMatchObject([
      { message: `START RequestId: ${requestId ?? ''} Version: $LATEST\n` },
    ])
    const later = await logs.send(
      new FilterLogEventsCommand({ logGroupName, startTime: Date.now() + 1000 }),
    )
    expect(later.events).toEqual([])
  })

  test('pages events, and every client error is HTTP 400', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    await invoke(lambdaClient(aws), 'fn')
    const logs = new CloudWatchLogsClient(clientConfig(aws))
    const filter = { logGroupName: '/aws/lambda/fn', limit: 2 }
    const first = await logs.send(new FilterLogEventsCommand(filter))
    expect(first.events).toHaveLength(2)
    const rest = await logs.send(
      new FilterLogEventsCommand({ ...filter, nextToken: first.nextToken }),
    )
    expect(rest.events).toHaveLength(2)
    expect(rest.nextToken).toBeUndefined()
    const none = logs.send(new DescribeLogStreamsCommand({ logGroupName: '/none' }))
    expect(await refusal(none)).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 400,
      message: 'The specified log group does not exist.',
    })
    const both = logs.send(
      new DescribeLogStreamsCommand({
        logGroupName: '/aws/lambda/fn',
        logStreamNamePrefix: '2026',
        orderBy: 'LastEventTime',
      }),
    )
    expect(await refusal(both)).toMatchObject({ name: 'InvalidParameterException', status: 400 })
    aws.caller.deny('logs:*')
    const denied = logs.send(new DescribeLogGroupsCommand({}))
    expect(await refusal(denied)).toMatchObject({ name: 'AccessDeniedException', status: 400 })
  })

  test('a Deny on the role cuts a warm environment off, and opens no new stream', async () => {
    const aws = await local()
    aws.iam.createRole({ name: 'role', attached: [BASIC] })
    aws.lambda.createFunction({ name: 'fn', role: aws.iam.get('role').arn })
    const client = lambdaClient(aws)
    await invoke(client, 'fn')
    const written = aws.logs.events('/aws/lambda/fn').length
    const iam = new IAMClient(clientConfig(aws))
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'role',
        PolicyName: 'deny',
        PolicyDocument: JSON.stringify({
          ...DENY,
          Statement: [{ Effect: 'Deny', Action: 'logs:*', Resource: '*' }],
        }),
      }),
    )
    await invoke(client, 'fn')
    aws.lambda.retireEnvironments('fn')
    await invoke(client, 'fn')
    expect(aws.logs.events('/aws/lambda/fn')).toHaveLength(written)
    expect(aws.logs.streams('/aws/lambda/fn')).toHaveLength(1)
  })
})
