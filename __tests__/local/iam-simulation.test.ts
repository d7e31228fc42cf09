import {
  IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
  type SimulatePrincipalPolicyCommandOutput,
} from '@aws-sdk/client-iam'
import { describe, expect, test } from '@jest/globals'
import { evaluate, withinBoundary } from '../../local/aws/iam/evaluation'
import type { LocalAws } from '../../local/aws/index'
import { clientConfig, local, refusal } from './support'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/fn'
const STREAM = `${GROUP}:log-stream:2026/01/01/[$LATEST]0123`
const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']

const one = (statement: object, Version = '2012-10-17') => ({ Version, Statement: [statement] })
const DENY = one({ Effect: 'Deny', Action: WRITES, Resource: [GROUP, `${GROUP}:*`] })

type Asked = Omit<Partial<SimulatePrincipalPolicyCommandInput>, 'PolicySourceArn'>

async function started(): Promise<{
  readonly aws: LocalAws
  readonly simulate: (
    PolicySourceArn: string,
    asked?: Asked,
  ) => Promise<SimulatePrincipalPolicyCommandOutput>
}> {
  const aws = await local()
  const iam = new IAMClient(clientConfig(aws))
  return {
    aws,
    simulate: (PolicySourceArn, asked = {}) =>
      iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn,
          ActionNames: ['logs:PutLogEvents'],
          ResourceArns: [STREAM],
          ...asked,
        }),
      ),
  }
}

test.each(['arn:aws', 'arn:aws:logs', 'arn:aws:logs:us-east-1', 'arn:aws:l*'])(
  'the incomplete ARN %s is completed with wildcards, another service’s is not reached',
  (Resource) => {
    const document = one({ Effect: 'Allow', Action: '*', Resource })
    const ask = (resource: string) =>
      evaluate([{ id: 'p', type: 'IAM Policy', document }], {
        action: 'logs:PutLogEvents',
        resource,
        context: new Map(),
      }).decision
    expect(ask(STREAM)).toBe('allowed')
    expect(ask(STREAM.replace('us-east-1', 'us-east-10'))).toBe(
      Resource.endsWith('1') ? 'implicitDeny' : 'allowed',
    )
    expect(ask('arn:aws-cn:logs:us-east-1:123456789012:log-group:/aws/lambda/fn')).toBe(
      'implicitDeny',
    )
  },
)

describe('the policy simulator', () => {
  test('answers for one resource with all members that AWS sends', async () => {
    const { aws, simulate } = await started()
    const { arn } = aws.iam.createRole({ name: 'fn', path: '/service-role/', attached: [BASIC] })
    const statements = [
      { SourcePolicyId: 'AWSLambdaBasicExecutionRole', SourcePolicyType: 'IAM Policy' },
    ]
    const { EvaluationResults, IsTruncated } = await simulate(arn)
    expect(IsTruncated).toBe(false)
    expect(EvaluationResults).toEqual([
      {
        EvalActionName: 'logs:PutLogEvents',
        EvalResourceName: STREAM,
        EvalDecision: 'allowed',
        MatchedStatements: statements,
        MissingContextValues: [],
        OrganizationsDecisionDetail: { AllowedByOrganizations: true },
        EvalDecisionDetails: {},
        ResourceSpecificResults: [
          {
            EvalResourceName: STREAM,
            EvalResourceDecision: 'allowed',
            MatchedStatements: statements,
            MissingContextValues: [],
            EvalDecisionDetails: {},
          },
        ],
      },
    ])
  })

  test('names the inline policy that denies, and nothing that allows beside it', async () => {
    const { aws, simulate } = await started()
    const { arn } = aws.iam.createRole({
      name: 'fn',
      attached: [BASIC],
      inline: { 'our-deny': DENY },
    })
    const { EvaluationResults } = await simulate(arn)
    expect(EvaluationResults).toMatchObject([
      {
        EvalDecision: 'explicitDeny',
        MatchedStatements: [{ SourcePolicyId: 'role_fn_our-deny', SourcePolicyType: 'IAM Policy' }],
      },
    ])
  })

  test('with several resources the truth is in the results of each', async () => {
    const { aws, simulate } = await started()
    const { arn } = aws.iam.createRole({ name: 'fn', attached: [BASIC], inline: { deny: DENY } })
    const other = GROUP.replace('/fn', '/other')
    const ResourceArns = [GROUP, `${GROUP}:log-stream:`, STREAM, other]
    const { EvaluationResults } = await simulate(arn, { ActionNames: WRITES, ResourceArns })
    expect(EvaluationResults).toHaveLength(3)
    for (const result of EvaluationResults ?? []) {
      expect(result.EvalResourceName).toContain('${')
      expect(result.MatchedStatements).toEqual([])
      expect(
        result.ResourceSpecificResults?.map((specific) => [
          specific.EvalResourceName,
          specific.EvalResourceDecision,
        ]),
      ).toEqual([
        [GROUP, 'explicitDeny'],
        [`${GROUP}:log-stream:`, 'explicitDeny'],
        [STREAM, 'explicitDeny'],
        [other, 'allowed'],
      ])
    }
  })

  test('comes in pages', async () => {
    const { aws, simulate } = await started()
    const { arn } = aws.iam.createRole({ name: 'fn' })
    const first = await simulate(arn, { ActionNames: WRITES, MaxItems: 2 })
    expect(first.EvaluationResults).toHaveLength(2)
    expect(first.IsTruncated).toBe(true)
    const rest = await simulate(arn, { ActionNames: WRITES, Marker: first.Marker })
    expect(rest.EvaluationResults?.map(({ EvalActionName }) => EvalActionName)).toEqual([
      'logs:PutLogEvents',
    ])
    expect(rest.IsTruncated).toBe(false)
  })

  test('says what the boundary says only where there is one', async () => {
    const { aws, simulate } = await started()
    const boundary = aws.iam.createPolicy(
      'bounds',
      one({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
    )
    const { arn } = aws.iam.createRole({ name: 'fn', attached: [BASIC], boundary })
    const { EvaluationResults } = await simulate(arn)
    expect(EvaluationResults).toMatchObject([
      {
        EvalDecision: 'implicitDeny',
        MatchedStatements: [],
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      },
    ])
    const replaced = await simulate(arn, {
      PermissionsBoundaryPolicyInputList: [
        JSON.stringify(one({ Effect: 'Allow', Action: '*', Resource: '*' })),
      ],
    })
    expect(replaced.EvaluationResults).toMatchObject([
      {
        EvalDecision: 'allowed',
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
      },
    ])
    expect(aws.iam.decide(arn, 'logs:PutLogEvents', STREAM)).toBe('implicitDeny')
  })

  test('says that the organisation denies, and leaves the details out', async () => {
    const { aws, simulate } = await started()
    const { arn } = aws.iam.createRole({ name: 'fn', attached: [BASIC] })
    aws.iam.organizationDenies('logs:Put*')
    const { EvaluationResults } = await simulate(arn)
    expect(EvaluationResults).toEqual([
      {
        EvalActionName: 'logs:PutLogEvents',
        EvalResourceName: STREAM,
        EvalDecision: 'implicitDeny',
        MatchedStatements: [],
        MissingContextValues: [],
        OrganizationsDecisionDetail: { AllowedByOrganizations: false },
      },
    ])
    expect(aws.iam.decide(arn, 'logs:PutLogEvents', STREAM)).toBe('explicitDeny')
    expect(aws.iam.decide(arn, 'logs:CreateLogStream', STREAM)).toBe('allowed')
  })

  test('knows no resource policy; the services do, until something denies', async () => {
    const { aws, simulate } = await started()
    const { arn } = aws.iam.createRole({ name: 'fn' })
    aws.iam.grantByResource(arn, 'logs:*', `${GROUP}:*`)
    const { EvaluationResults } = await simulate(arn)
    expect(EvaluationResults).toMatchObject([{ EvalDecision: 'implicitDeny' }])
    expect(aws.iam.decide(arn, 'logs:PutLogEvents', STREAM)).toBe('allowed')
    aws.iam.changeRoleAsSomebodyElse('fn', { putInline: { deny: DENY } })
    expect(aws.iam.decide(arn, 'logs:PutLogEvents', STREAM)).toBe('explicitDeny')
  })

  test('knows no context but what is sent, and lists what it missed', async () => {
    const { aws, simulate } = await started()
    const Condition = { StringEquals: { 'aws:PrincipalAccount': '123456789012' } }
    const { arn } = aws.iam.createRole({
      name: 'fn',
      inline: { a: one({ Effect: 'Allow', Action: 'logs:*', Resource: '*', Condition }) },
    })
    const without = await simulate(arn)
    expect(without.EvaluationResults).toMatchObject([
      { EvalDecision: 'implicitDeny', MissingContextValues: ['aws:PrincipalAccount'] },
    ])
    const given = await simulate(arn, {
      ContextEntries: [
        {
          ContextKeyName: 'AWS:principalaccount',
          ContextKeyType: 'string',
          ContextKeyValues: ['123456789012'],
        },
      ],
    })
    expect(given.EvaluationResults).toMatchObject([
      { EvalDecision: 'allowed', MissingContextValues: [] },
    ])
    // A real call carries it.
    expect(aws.iam.decide(arn, 'logs:PutLogEvents', STREAM)).toBe('allowed')
  })

  test('refuses what is no principal, no action and no resource', async () => {
    const { aws, simulate } = await started()
    const { arn } = aws.iam.createRole({ name: 'fn', path: '/service-role/' })
    const bare = arn.replace('service-role/', '')
    expect(await refusal(simulate(bare))).toMatchObject({
      name: 'NoSuchEntityException',
      status: 404,
    })
    const session = 'arn:aws:sts::123456789012:assumed-role/fn/session'
    expect(await refusal(simulate(session))).toMatchObject({
      name: 'InvalidInputException',
      status: 400,
      message: `Invalid Entity Arn: ${session} does not clearly define entity type and name.`,
    })
    expect(await refusal(simulate('fn'))).toMatchObject({ name: 'ValidationError' })
    const asked: readonly Asked[] = [
      { ActionNames: ['logs:*'] },
      { ActionNames: ['logs:Put?ogEvents'] },
      { ResourceArns: ['/aws/lambda/fn'] },
      { CallerArn: arn },
    ]
    for (const members of asked) {
      expect(await refusal(simulate(arn, members))).toMatchObject({
        name: 'InvalidInputException',
        status: 400,
      })
    }
    expect(await refusal(simulate(arn, { ActionNames: [] }))).toMatchObject({
      name: 'ValidationError',
    })
  })

  test('simulates documents that are on no role yet', async () => {
    const aws = await local()
    const iam = new IAMClient(clientConfig(aws))
    const { EvaluationResults } = await iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [
          JSON.stringify(one({ Effect: 'Allow', Action: '*', Resource: '*' })),
          JSON.stringify(DENY),
        ],
        ActionNames: ['logs:PutLogEvents', 'sqs:SendMessage'],
        ResourceArns: [STREAM],
      }),
    )
    expect(EvaluationResults).toMatchObject([
      {
        EvalDecision: 'explicitDeny',
        MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.2' }],
      },
      { EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }] },
    ])
  })
})

describe('what AWS-managed policies allow on a function’s group', () => {
  const own = 'arn:aws:iam::aws:policy'

  test.each([
    [`${own}/service-role/AWSLambdaVPCAccessExecutionRole`, 'allowed'],
    [`${own}/AWSLambdaExecute`, 'allowed'],
    [`${own}/PowerUserAccess`, 'allowed'],
    [`${own}/AdministratorAccess`, 'allowed'],
    [`${own}/CloudWatchLogsFullAccess`, 'allowed'],
    [`${own}/AWSMcpServiceActionsFullAccess`, 'implicitDeny'],
    [`${own}/CloudWatchLambdaInsightsExecutionRolePolicy`, 'implicitDeny'],
    [`${own}/AWSXRayDaemonWriteAccess`, 'implicitDeny'],
    [`${own}/service-role/AWSLambdaENIManagementAccess`, 'implicitDeny'],
  ])('%s: %s', async (arn, decision) => {
    const aws = await local()
    const role = aws.iam.createRole({ name: 'fn', attached: [arn] })
    expect(aws.iam.decide(role.arn, 'logs:PutLogEvents', STREAM)).toBe(decision)
  })
})

describe('writes are seen late', () => {
  const put = (aws: LocalAws) =>
    new IAMClient(clientConfig(aws)).send(
      new PutRolePolicyCommand({
        RoleName: 'fn',
        PolicyName: 'deny',
        PolicyDocument: JSON.stringify(DENY),
      }),
    )

  test('by the simulator and the services, each at its own time; reads are right at once', async () => {
    let now = Date.UTC(2026, 10, 22)
    const clock = { now: () => now, sleep: () => Promise.resolve() }
    const aws = await local({ clock, iamPropagationMs: 5_000 })
    const { arn } = aws.iam.createRole({ name: 'fn', attached: [BASIC] })
    const decided = (reader: 'read' | 'simulator' | 'dataPlane') =>
      aws.iam.decide(arn, 'logs:PutLogEvents', STREAM, reader)
    expect(decided('dataPlane')).toBe('allowed')
    aws.iam.setPropagation({ dataPlaneMs: 9_000 })
    await put(aws)
    expect([decided('read'), decided('simulator'), decided('dataPlane')]).toEqual([
      'explicitDeny',
      'allowed',
      'allowed',
    ])
    now += 5_000
    expect([decided('simulator'), decided('dataPlane')]).toEqual(['explicitDeny', 'allowed'])
    now += 4_000
    expect(decided('dataPlane')).toBe('explicitDeny')
  })

  test('over the wire: the simulator is right and the services never are, until they settle', async () => {
    const { aws, simulate } = await started()
    const { arn } = aws.iam.createRole({ name: 'fn', attached: [BASIC] })
    aws.iam.setPropagation({ simulatorMs: 0, dataPlaneMs: Infinity })
    await put(aws)
    expect((await simulate(arn)).EvaluationResults).toMatchObject([
      { EvalDecision: 'explicitDeny' },
    ])
    expect(aws.iam.decide(arn, 'logs:PutLogEvents', STREAM)).toBe('allowed')
    aws.iam.settle()
    expect(aws.iam.decide(arn, 'logs:PutLogEvents', STREAM)).toBe('explicitDeny')
  })

  test('so are new versions of managed policies', async () => {
    const aws = await local({ iamPropagationMs: Infinity })
    const allow = one({ Effect: 'Allow', Action: 'logs:*', Resource: '*' })
    const PolicyArn = aws.iam.createPolicy('own', allow, { versions: [DENY] })
    const { arn } = aws.iam.createRole({ name: 'fn', attached: [PolicyArn] })
    await new IAMClient(clientConfig(aws)).send(
      new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }),
    )
    expect(aws.iam.policy(PolicyArn).defaultVersion).toBe('v2')
    expect(aws.iam.decide(arn, 'logs:PutLogEvents', STREAM)).toBe('allowed')
    aws.iam.settle()
    expect(aws.iam.decide(arn, 'logs:PutLogEvents', STREAM)).toBe('explicitDeny')
  })

  test('by Get and List as well, where the test wants it', async () => {
    const aws = await local()
    aws.iam.createRole({ name: 'fn', attached: [BASIC] })
    aws.iam.setPropagation({ readMs: Infinity })
    aws.iam.changeRoleAsSomebodyElse('fn', { detach: [BASIC] })
    const list = () =>
      new IAMClient(clientConfig(aws)).send(new ListAttachedRolePoliciesCommand({ RoleName: 'fn' }))
    expect((await list()).AttachedPolicies).toHaveLength(1)
    expect(aws.iam.get('fn').attached).toEqual([])
    aws.iam.settle()
    expect((await list()).AttachedPolicies).toEqual([])
  })
})

describe('the evaluator', () => {
  const decide = (
    statements: readonly object[],
    {
      action = 'logs:PutLogEvents',
      resource = STREAM,
      context = {},
      version = '2012-10-17',
    }: {
      readonly action?: string
      readonly resource?: string
      readonly context?: Readonly<Record<string, readonly string[]>>
      readonly version?: string
    } = {},
  ) =>
    evaluate(
      [{ id: 'p', type: 'IAM Policy', document: { Version: version, Statement: statements } }],
      { action, resource, context: new Map(Object.entries(context)) },
    )

  test.each([
    ['allowed', [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }]],
    ['allowed', [{ Effect: 'Allow', Action: ['LOGS:put*'], Resource: `${GROUP}:*` }]],
    ['allowed', [{ Effect: 'Allow', Action: 'logs:PutLog??????', Resource: 'arn:aws:logs:*:*:*' }]],
    ['allowed', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }]],
    ['allowed', [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::*' }]],
    ['allowed', [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:logs:*' }]],
    ['implicitDeny', [{ Effect: 'Allow', Action: 'logs:Put', Resource: '*' }]],
    ['implicitDeny', [{ Effect: 'Allow', Action: '*', NotResource: `${GROUP}:*` }]],
    ['implicitDeny', [{ Effect: 'Allow', NotAction: 'logs:put*', Resource: '*' }]],
    ['implicitDeny', [{ Effect: 'Allow', Action: '*', Resource: GROUP }]],
    ['implicitDeny', [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:*:log-group:*' }]],
    ['implicitDeny', [{ Effect: 'Allow', Action: '*', Resource: GROUP.toUpperCase() }]],
    ['implicitDeny', []],
    [
      'explicitDeny',
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'logs:Put*', Resource: 'arn:aws:logs:us-east-?:*:log-group:*' },
      ],
    ],
    [
      'explicitDeny',
      [
        { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
        { Effect: 'Allow', Action: '*', Resource: '*' },
      ],
    ],
  ] as const)('%s: %j', (decision, statements) => {
    expect(decide(statements).decision).toBe(decision)
  })

  test.each([
    ['StringEquals, one of several', { StringEquals: { 'aws:K': ['a', 'b'] } }, ['b'], true],
    ['StringEquals takes no wildcard', { StringEquals: { 'aws:K': 'b*' } }, ['bc'], false],
    ['StringEquals tells case apart', { StringEquals: { 'aws:K': 'B' } }, ['b'], false],
    ['StringEqualsIgnoreCase does not', { StringEqualsIgnoreCase: { 'aws:K': 'B' } }, ['b'], true],
    ['StringLike takes wildcards', { StringLike: { 'aws:K': 'b*d?' } }, ['bccde'], true],
    ['StringNotLike', { StringNotLike: { 'aws:K': ['a*', 'b*'] } }, ['bcd'], false],
    ['StringNotEquals without the key', { StringNotEquals: { 'aws:K': 'a' } }, [], true],
    ['StringEquals without the key', { StringEquals: { 'aws:K': 'a' } }, [], false],
    ['…IfExists without the key', { StringEqualsIfExists: { 'aws:K': 'a' } }, [], true],
    ['…IfExists with another value', { StringEqualsIfExists: { 'aws:K': 'a' } }, ['b'], false],
    [
      'ArnLike by fields',
      { ArnLike: { 'aws:K': 'arn:aws:*:*:1:x/*' } },
      ['arn:aws:s:r:1:x/y'],
      true,
    ],
    ['ArnEquals, too', { ArnEquals: { 'aws:K': 'arn:aws:*:1:x/*' } }, ['arn:aws:s:r:1:x/y'], false],
    ['Bool', { Bool: { 'aws:K': true } }, ['true'], true],
    ['Bool of the other value', { Bool: { 'aws:K': 'true' } }, ['false'], false],
    ['Null asks for absence', { Null: { 'aws:K': 'true' } }, [], true],
    ['Null false asks for presence', { Null: { 'aws:K': 'false' } }, [], false],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { 'aws:K': 'a' } }, ['b', 'a'], true],
    ['ForAnyValue of nothing', { 'ForAnyValue:StringEquals': { 'aws:K': 'a' } }, [], false],
    ['ForAllValues', { 'ForAllValues:StringEquals': { 'aws:K': 'a' } }, ['b', 'a'], false],
    ['ForAllValues of nothing', { 'ForAllValues:StringEquals': { 'aws:K': 'a' } }, [], true],
    [
      'two keys, one of which fails',
      { StringEquals: { 'aws:K': 'a', 'aws:L': 'x' } },
      ['a'],
      false,
    ],
    [
      'an operator that is not modelled',
      { IpAddress: { 'aws:K': '10.0.0.0/8' } },
      ['10.0.0.1'],
      false,
    ],
  ] as const)('condition: %s', (_, Condition, values, holds) => {
    const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition }
    const context = values.length === 0 ? {} : { 'aws:k': values }
    const allowed = decide([statement], { context }).decision === 'allowed'
    expect(allowed).toBe(holds)
  })

  test('lists missing keys of the statements in question only', () => {
    const statement = (Action: string, key: string) => ({
      Effect: 'Allow',
      Action,
      Resource: '*',
      Condition: { StringEquals: { [key]: 'x' } },
    })
    const found = decide([statement('logs:*', 'aws:A'), statement('s3:*', 'aws:B')])
    expect(found.missing).toEqual(['aws:A'])
  })

  test('fills variables in, in documents of the newer version only', () => {
    const statement = {
      Effect: 'Allow',
      Action: '*',
      Resource: 'arn:aws:logs:us-east-1:${aws:PrincipalAccount}:log-group:*',
    }
    const context = { 'aws:principalaccount': ['123456789012'] }
    expect(decide([statement], { context }).decision).toBe('allowed')
    expect(decide([statement], { context, version: '2008-10-17' }).decision).toBe('implicitDeny')
    expect(decide([statement])).toMatchObject({
      decision: 'implicitDeny',
      missing: ['aws:PrincipalAccount'],
    })
    // A wildcard in a value is a character like any other.
    const odd = { 'aws:principalaccount': ['*'] }
    expect(decide([statement], { context: odd }).decision).toBe('implicitDeny')
    const star = { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::b/${*}' }
    expect(decide([star], { resource: 'arn:aws:s3:::b/*' }).decision).toBe('allowed')
    expect(decide([star], { resource: 'arn:aws:s3:::b/x' }).decision).toBe('implicitDeny')
  })

  test('a boundary takes away and never adds', () => {
    const allow = decide([{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }])
    const deny = decide([{ Effect: 'Deny', Action: 'logs:*', Resource: '*' }])
    const nothing = decide([])
    expect(withinBoundary(allow, undefined).decision).toBe('allowed')
    expect(withinBoundary(allow, allow).decision).toBe('allowed')
    expect(withinBoundary(allow, nothing).decision).toBe('implicitDeny')
    expect(withinBoundary(nothing, allow).decision).toBe('implicitDeny')
    expect(withinBoundary(allow, deny).decision).toBe('explicitDeny')
    expect(withinBoundary(deny, allow).decision).toBe('explicitDeny')
  })
})
