/** The edge of IAM against moto, which has no policy simulator and no size quotas (reference: aws.md, section 6). */

import { CreatePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { expect, test } from '@jest/globals'
import { roleControl } from '../../src/edges/role-control'
import type { RoleArn } from '../../src/systems/iam/role-arn'
import { roleArn, valueOf } from '../edges/values'
import { suite } from './moto-server'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Quiet',
      Effect: 'Deny',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/fn:*',
    },
  ],
})

suite('IAM', () => {
  let roles = 0
  const client = () => new IAMClient({ region: 'us-east-1' })

  async function aRole(): Promise<RoleArn> {
    const { Role } = await client().send(
      new CreateRoleCommand({
        RoleName: `role-${String(++roles)}`,
        Path: '/service-role/',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'lambda.amazonaws.com', AWS: ['123456789012'] },
              Action: 'sts:AssumeRole',
            },
          ],
        }),
      }),
    )
    return roleArn(Role?.Arn ?? '')
  }

  async function aPolicy(name: string): Promise<string> {
    const input = { PolicyName: name, PolicyDocument: DOCUMENT }
    return (await client().send(new CreatePolicyCommand(input))).Policy?.Arn ?? ''
  }

  test('a role is read whole', async () => {
    const iam = roleControl()
    const role = await aRole()
    await valueOf(iam.putInline(role, 'ours', DOCUMENT))
    await valueOf(iam.attach(role, BASIC))
    expect(await valueOf(iam.read(role))).toEqual({
      arn: role,
      trusted: ['lambda.amazonaws.com', '123456789012'],
      inline: new Map([['ours', DOCUMENT]]),
      attached: [{ arn: BASIC, name: 'AWSLambdaBasicExecutionRole' }],
    })
  })

  test('all inline policies are named, over pages', async () => {
    const iam = roleControl()
    const role = await aRole()
    const names = Array.from({ length: 105 }, (_, index) => `p${String(index).padStart(3, '0')}`)
    for (const name of names) await valueOf(iam.putInline(role, name, DOCUMENT))
    expect([...(await valueOf(iam.inlineNames(role)))].sort()).toEqual(names)
  })

  test('an inline policy comes and goes, and is gone twice', async () => {
    const iam = roleControl()
    const role = await aRole()
    expect(await valueOf(iam.inline(role, 'ours'))).toBeUndefined()
    await valueOf(iam.putInline(role, 'ours', DOCUMENT))
    expect(await valueOf(iam.inline(role, 'ours'))).toBe(DOCUMENT)
    await valueOf(iam.deleteInline(role, 'ours'))
    await valueOf(iam.deleteInline(role, 'ours'))
    expect(await valueOf(iam.inline(role, 'ours'))).toBeUndefined()
  })

  test('AWS-managed policies attach and detach, twice, and are read', async () => {
    const iam = roleControl()
    const role = await aRole()
    await valueOf(iam.attach(role, BASIC))
    await valueOf(iam.attach(role, BASIC))
    const basic = await valueOf(iam.managed(BASIC))
    expect(basic).toMatchObject({ arn: BASIC, defaultVersion: 'v1' })
    expect(JSON.parse(basic.document)).toMatchObject({
      Statement: [{ Effect: 'Allow', Resource: '*' }],
    })
    await valueOf(iam.detach(role, BASIC))
    await valueOf(iam.detach(role, BASIC))
    expect((await valueOf(iam.read(role))).attached).toEqual([])
    expect(await iam.attach(role, 'arn:aws:iam::123456789012:policy/none')).toMatchObject({
      ok: false,
      fault: { kind: 'not-found' },
    })
  })

  test('a customer-managed policy gets versions, five at most, and gives them back', async () => {
    const iam = roleControl()
    const arn = await aPolicy('versions')
    for (const id of ['v2', 'v3', 'v4', 'v5']) {
      expect(await valueOf(iam.createVersion(arn, DOCUMENT.replace('Quiet', id)))).toBe(id)
    }
    expect(await iam.createVersion(arn, DOCUMENT)).toMatchObject({
      ok: false,
      fault: { kind: 'refused', code: 'LimitExceededException' },
    })
    expect(await iam.deleteVersion(arn, 'v5')).toMatchObject({
      ok: false,
      fault: { kind: 'refused', code: 'DeleteConflictException' },
    })
    await valueOf(iam.setDefaultVersion(arn, 'v1'))
    await valueOf(iam.deleteVersion(arn, 'v5'))
    await valueOf(iam.deleteVersion(arn, 'v5'))
    const policy = await valueOf(iam.managed(arn))
    expect(policy).toMatchObject({ defaultVersion: 'v1', document: DOCUMENT, attachments: 0 })
    expect([...policy.versions].sort()).toEqual(['v1', 'v2', 'v3', 'v4'])
    expect(await valueOf(iam.version(arn, 'v3'))).toBe(DOCUMENT.replace('Quiet', 'v3'))
  })

  test('what is malformed is refused, and a role that is not there is not found', async () => {
    const iam = roleControl()
    expect(await iam.putInline(await aRole(), 'ours', '{')).toMatchObject({
      ok: false,
      fault: { kind: 'refused', code: 'MalformedPolicyDocumentException' },
    })
    expect(await iam.read(roleArn('arn:aws:iam::123456789012:role/none'))).toMatchObject({
      ok: false,
      fault: { kind: 'not-found' },
    })
  })
})
