/** IAM, as the edge reads and writes it. */

import { describe, expect, test } from '@jest/globals'
import { roleControl } from '../../src/edges/role-control'
import {
  iamAnswer,
  iamError,
  localAws,
  roleArn,
  scriptedAws,
  type ScriptedAnswer,
  valueOf,
} from './support'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const POLICY = 'arn:aws:iam::123456789012:policy/own'
const ROLE = roleArn('arn:aws:iam::123456789012:role/service-role/fn-role')
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/fn'
/** With what URL-encoding changes. */
const DENY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'A', Effect: 'Deny', Action: ['logs:PutLogEvents'], Resource: `${GROUP}:*` }],
  Id: '100 % of ü+"quotes"',
}

describe('a role', () => {
  test('is read whole: trust, inline documents decoded, attached policies', async () => {
    const aws = await localAws()
    aws.iam.createRole({
      name: 'fn-role',
      path: '/service-role/',
      trusts: ['lambda.amazonaws.com', 'arn:aws:iam::123456789012:root'],
      inline: { one: DENY, two: '{"Version": "2012-10-17", "Statement": []}' },
      attached: [BASIC],
    })
    expect(await valueOf(roleControl().read(ROLE))).toEqual({
      arn: ROLE,
      trusted: ['lambda.amazonaws.com', 'arn:aws:iam::123456789012:root'],
      inline: new Map([
        ['one', JSON.stringify(DENY)],
        ['two', '{"Version": "2012-10-17", "Statement": []}'],
      ]),
      attached: [{ arn: BASIC, name: 'AWSLambdaBasicExecutionRole' }],
    })
  })

  test('has all its policies read, however many pages they are', async () => {
    const aws = await localAws()
    const names = Array.from({ length: 130 }, (_, index) => `p${String(index).padStart(3, '0')}`)
    const statement = { Statement: [] }
    aws.iam.createRole({
      name: 'fn-role',
      path: '/service-role/',
      inline: Object.fromEntries(names.map((name) => [name, statement])),
    })
    expect(await valueOf(roleControl().inlineNames(ROLE))).toEqual(names)
    expect(aws.calls.count('ListRolePolicies')).toBe(2)
    expect([...(await valueOf(roleControl().read(ROLE))).inline.keys()]).toEqual(names)
  })

  test('that is not there is a fault, and so is one of that name under another path', async () => {
    const aws = await localAws()
    expect(await roleControl().read(ROLE)).toMatchObject({
      ok: false,
      fault: { kind: 'not-found', code: 'NoSuchEntityException' },
    })
    aws.iam.createRole({ name: 'fn-role' })
    expect(await roleControl().read(ROLE)).toMatchObject({
      ok: false,
      fault: { code: 'IncompleteAnswer' },
    })
  })

  test('is denied to a caller who may not read it', async () => {
    const aws = await localAws()
    aws.iam.createRole({ name: 'fn-role', path: '/service-role/' })
    aws.caller.deny('iam:GetRole')
    expect(await roleControl().read(ROLE)).toMatchObject({ ok: false, fault: { kind: 'denied' } })
  })
})

describe('inline policies', () => {
  test('are put, read back byte for byte, and deleted; what is gone already counts as done', async () => {
    const aws = await localAws()
    aws.iam.createRole({ name: 'fn-role', path: '/service-role/' })
    const iam = roleControl()
    const text = `${JSON.stringify(DENY, null, 2)}\n`
    expect(await valueOf(iam.inline(ROLE, 'ours'))).toBeUndefined()
    await valueOf(iam.putInline(ROLE, 'ours', text))
    expect(aws.iam.get('fn-role').inline).toEqual({ ours: text })
    expect(await valueOf(iam.inline(ROLE, 'ours'))).toBe(text)
    await valueOf(iam.deleteInline(ROLE, 'ours'))
    expect(aws.iam.get('fn-role').inline).toEqual({})
    await valueOf(iam.deleteInline(ROLE, 'ours'))
  })

  test('that IAM does not take are refused, each for its reason', async () => {
    const aws = await localAws()
    aws.iam.createRole({ name: 'fn-role', path: '/service-role/' })
    const iam = roleControl()
    expect(await iam.putInline(ROLE, 'ours', '{')).toMatchObject({
      ok: false,
      fault: { kind: 'refused', code: 'MalformedPolicyDocumentException', mayHaveLanded: false },
    })
    const large = JSON.stringify({ ...DENY, Id: 'x'.repeat(10_240) })
    expect(await iam.putInline(ROLE, 'ours', large)).toMatchObject({
      ok: false,
      fault: { kind: 'refused', code: 'LimitExceededException' },
    })
  })

  test('are put again after a throttle, a server error and a lost answer', async () => {
    const aws = await localAws()
    aws.iam.createRole({ name: 'fn-role', path: '/service-role/' })
    for (const kind of ['throttle', 'server-error', 'lost-answer'] as const) {
      aws.faults.add({ service: 'iam', operation: 'PutRolePolicy', fault: { kind } })
    }
    await valueOf(roleControl().putInline(ROLE, 'ours', JSON.stringify(DENY)))
    expect(aws.calls.count('PutRolePolicy')).toBe(4)
    expect(Object.keys(aws.iam.get('fn-role').inline)).toEqual(['ours'])
  })

  test('are put and deleted where every answer is lost, as a look at the role tells', async () => {
    const aws = await localAws()
    aws.iam.createRole({ name: 'fn-role', path: '/service-role/', inline: { old: DENY } })
    for (const operation of ['PutRolePolicy', 'DeleteRolePolicy']) {
      aws.faults.add({
        service: 'iam',
        operation,
        count: Infinity,
        fault: { kind: 'lost-answer' },
      })
    }
    const iam = roleControl()
    const text = JSON.stringify(DENY)
    const [put, deleted] = await Promise.all([
      iam.putInline(ROLE, 'ours', text),
      iam.deleteInline(ROLE, 'old'),
    ])
    expect({ put, deleted }).toMatchObject({ put: { ok: true }, deleted: { ok: true } })
    expect(aws.iam.get('fn-role').inline).toEqual({ ours: text })
  })

  test('are put again when IAM was busy with the role', async () => {
    const requests = await scriptedAws(({ operation }, index) =>
      index === 0 ? iamError(409, 'ConcurrentModification') : iamAnswer(operation, ''),
    )
    await valueOf(roleControl().putInline(ROLE, 'ours', '{}'))
    expect(requests).toHaveLength(2)
  })

  test('of a service-linked role are refused', async () => {
    await scriptedAws(() => iamError(400, 'UnmodifiableEntity'))
    expect(await roleControl().putInline(ROLE, 'ours', '{}')).toMatchObject({
      ok: false,
      fault: { kind: 'refused', code: 'UnmodifiableEntityException' },
    })
  })
})

describe('managed policies', () => {
  test('are attached and detached, each as often as one likes', async () => {
    const aws = await localAws()
    aws.iam.createRole({ name: 'fn-role', path: '/service-role/' })
    const iam = roleControl()
    await valueOf(iam.attach(ROLE, BASIC))
    await valueOf(iam.attach(ROLE, BASIC))
    expect(aws.iam.get('fn-role').attached).toEqual([BASIC])
    await valueOf(iam.detach(ROLE, BASIC))
    await valueOf(iam.detach(ROLE, BASIC))
    expect(aws.iam.get('fn-role').attached).toEqual([])
    expect(await iam.attach(ROLE, POLICY)).toMatchObject({
      ok: false,
      fault: { kind: 'not-found' },
    })
  })

  test('are read with the document in force, their versions, and how many have them', async () => {
    const aws = await localAws()
    const older = { ...DENY, Id: 'older' }
    aws.iam.createPolicy('own', older, { versions: [DENY] })
    aws.iam.createRole({ name: 'fn-role', path: '/service-role/', attached: [POLICY] })
    aws.iam.createRole({ name: 'bounded', boundary: POLICY })
    aws.iam.attachToSomebodyElse(POLICY)
    const iam = roleControl()
    const read = await valueOf(iam.managed(POLICY))
    expect({ ...read, versions: [...read.versions].sort() }).toEqual({
      arn: POLICY,
      defaultVersion: 'v1',
      versions: ['v1', 'v2'],
      attachments: 2,
      boundaries: 1,
      document: JSON.stringify(older),
    })
    expect(await valueOf(iam.version(POLICY, 'v2'))).toBe(JSON.stringify(DENY))
  })

  test('are read as they are at one moment, also where somebody makes a version between two answers', async () => {
    const aws = await localAws()
    aws.iam.createPolicy('own', { ...DENY, Id: 'older' })
    const [iam, theirs] = [roleControl(), roleControl()]
    const asked = new Promise<void>((resolve) => {
      aws.onWorkDone(({ operation }) => {
        if (operation === 'GetPolicy') resolve()
      })
    })
    const stop = aws.onCall(async ({ operation }) => {
      if (operation !== 'ListPolicyVersions') return
      stop()
      await asked
      await theirs.createVersion(POLICY, JSON.stringify(DENY))
    })
    expect(await valueOf(iam.managed(POLICY))).toMatchObject({
      defaultVersion: 'v2',
      document: JSON.stringify(DENY),
    })
  })

  test('get versions, which take force at once; the sixth is refused, the default one stays', async () => {
    const aws = await localAws()
    aws.iam.createPolicy('own', DENY)
    const iam = roleControl()
    for (const id of ['v2', 'v3', 'v4', 'v5']) {
      const document = JSON.stringify({ ...DENY, Id: id })
      expect(await valueOf(iam.createVersion(POLICY, document))).toBe(id)
      expect(aws.iam.policy(POLICY)).toMatchObject({ defaultVersion: id, document })
    }
    expect(await iam.createVersion(POLICY, JSON.stringify(DENY))).toMatchObject({
      ok: false,
      fault: { kind: 'refused', code: 'LimitExceededException', mayHaveLanded: false },
    })
    expect(await iam.deleteVersion(POLICY, 'v5')).toMatchObject({
      ok: false,
      fault: { kind: 'refused', code: 'DeleteConflictException' },
    })
    await valueOf(iam.setDefaultVersion(POLICY, 'v1'))
    await valueOf(iam.deleteVersion(POLICY, 'v5'))
    await valueOf(iam.deleteVersion(POLICY, 'v5'))
    expect(Object.keys(aws.iam.policy(POLICY).versions)).toEqual(['v1', 'v2', 'v3', 'v4'])
  })

  test('get one version, also where the answer to its creation was lost', async () => {
    const aws = await localAws()
    aws.iam.createPolicy('own', DENY)
    aws.faults.add({
      service: 'iam',
      operation: 'CreatePolicyVersion',
      fault: { kind: 'lost-answer' },
    })
    const document = JSON.stringify({ ...DENY, Id: 'new' })
    expect(await valueOf(roleControl().createVersion(POLICY, document))).toBe('v2')
    expect(Object.keys(aws.iam.policy(POLICY).versions)).toEqual(['v1', 'v2'])
  })

  test('get their version in the end when the first requests did not come through', async () => {
    const aws = await localAws()
    aws.iam.createPolicy('own', DENY)
    for (const kind of ['throttle', 'reset'] as const) {
      aws.faults.add({ service: 'iam', operation: 'CreatePolicyVersion', fault: { kind } })
    }
    const document = JSON.stringify({ ...DENY, Id: 'new' })
    expect(await valueOf(roleControl().createVersion(POLICY, document))).toBe('v2')
    expect(Object.keys(aws.iam.policy(POLICY).versions)).toEqual(['v1', 'v2'])
  })
})

describe('the simulator', () => {
  const ACTIONS = ['logs:CreateLogStream', 'logs:PutLogEvents']
  const RESOURCES = [`${GROUP}:log-stream:x`, 'arn:aws:logs:us-east-1:123456789012:log-group:/b:*']

  test('decides every action on every resource, in one request, and names who decided', async () => {
    const aws = await localAws()
    aws.iam.createRole({
      name: 'fn-role',
      path: '/service-role/',
      attached: [BASIC],
      inline: { ours: DENY },
    })
    const decided = await valueOf(roleControl().simulate(ROLE, ACTIONS, RESOURCES))
    expect(decided.map(({ action, resource, decision }) => [action, resource, decision])).toEqual([
      [ACTIONS[0], RESOURCES[0], 'allowed'],
      [ACTIONS[0], RESOURCES[1], 'allowed'],
      [ACTIONS[1], RESOURCES[0], 'explicitDeny'],
      [ACTIONS[1], RESOURCES[1], 'allowed'],
    ])
    expect(decided[2]?.by).toContain('role_fn-role_ours')
    expect(decided[0]?.by).toEqual(['AWSLambdaBasicExecutionRole'])
    expect(aws.calls.count('SimulatePrincipalPolicy')).toBe(1)
    expect(aws.calls.of('SimulatePrincipalPolicy')[0]?.params).toMatchObject({
      PolicySourceArn: ROLE.text,
    })
  })

  test('is asked for all pages, and tells what an organisation forbids', async () => {
    const aws = await localAws()
    aws.iam.createRole({ name: 'fn-role', path: '/service-role/', attached: [BASIC] })
    aws.iam.organizationDenies('logs:Put*')
    const resources = Array.from(
      { length: 60 },
      (_, index) => `${GROUP}:log-stream:${String(index)}`,
    )
    const decided = await valueOf(roleControl().simulate(ROLE, ACTIONS, resources))
    expect(decided).toHaveLength(120)
    const forbidden = decided.filter(({ allowedByOrganization }) => allowedByOrganization === false)
    expect(new Set(forbidden.map(({ action }) => action))).toEqual(new Set(['logs:PutLogEvents']))
    expect(forbidden).toHaveLength(60)
  })

  test('is believed about each resource, not about the template that it names for all of them', async () => {
    const [stream = '', other = ''] = RESOURCES
    await scriptedAws(({ operation }) =>
      simulated(operation, [
        `<EvalActionName>LOGS:putlogevents</EvalActionName>
         <EvalResourceName>arn:aws:logs:\${Region}:\${Account}:log-group:\${LogGroupName}</EvalResourceName>
         <EvalDecision>allowed</EvalDecision>
         <MatchedStatements><member><SourcePolicyId>top</SourcePolicyId></member></MatchedStatements>
         <ResourceSpecificResults>
           <member><EvalResourceName>${stream}</EvalResourceName><EvalResourceDecision>explicitDeny</EvalResourceDecision>
             <MatchedStatements><member><SourcePolicyId>role_fn-role_ours</SourcePolicyId></member><member><SourcePolicyId>role_fn-role_ours</SourcePolicyId></member></MatchedStatements></member>
           <member><EvalResourceName>${other}</EvalResourceName><EvalResourceDecision>allowed</EvalResourceDecision>
             <MatchedStatements><member><SourcePolicyId>basic</SourcePolicyId></member></MatchedStatements></member>
         </ResourceSpecificResults>`,
      ]),
    )
    expect(
      await valueOf(roleControl().simulate(ROLE, ['logs:PutLogEvents'], [stream, other])),
    ).toEqual([
      {
        action: 'logs:PutLogEvents',
        resource: stream,
        decision: 'explicitDeny',
        by: ['role_fn-role_ours'],
        allowedByOrganization: undefined,
      },
      {
        action: 'logs:PutLogEvents',
        resource: other,
        decision: 'allowed',
        by: ['basic'],
        allowedByOrganization: undefined,
      },
    ])
  })

  test('that leaves a resource out, or answers with a word of its own, has not answered', async () => {
    const [stream = '', other = ''] = RESOURCES
    const answers = [
      `<EvalActionName>logs:PutLogEvents</EvalActionName><EvalResourceName>${stream}</EvalResourceName><EvalDecision>explicitDeny</EvalDecision>`,
      `<EvalActionName>logs:PutLogEvents</EvalActionName><EvalResourceName>${other}</EvalResourceName><EvalDecision>perhaps</EvalDecision>`,
    ]
    await scriptedAws(({ operation }) => simulated(operation, answers))
    const iam = roleControl()
    for (const resources of [[stream, other], [`${stream}y`]]) {
      expect(await iam.simulate(ROLE, ['logs:PutLogEvents'], resources)).toMatchObject({
        ok: false,
        fault: { kind: 'unavailable', code: 'IncompleteAnswer' },
      })
    }
    expect(await valueOf(iam.simulate(ROLE, ['logs:PutLogEvents'], [stream]))).toHaveLength(1)
  })

  test('is asked twice at once at most, however many roles there are, and again once it throttled', async () => {
    const aws = await localAws({ latencyMs: 20 })
    const roles = Array.from({ length: 8 }, (_, index) => `role-${String(index)}`)
    for (const name of roles) aws.iam.createRole({ name, attached: [BASIC] })
    aws.faults.add({
      service: 'iam',
      operation: 'SimulatePrincipalPolicy',
      fault: { kind: 'throttle' },
    })
    let running = 0
    let most = 0
    aws.onCall(({ operation }) => {
      if (operation === 'SimulatePrincipalPolicy') most = Math.max(most, ++running)
    })
    aws.onWorkDone(({ operation }) => {
      if (operation === 'SimulatePrincipalPolicy') running -= 1
    })
    const iam = roleControl()
    const all = await Promise.all(
      roles.map((name) =>
        valueOf(
          iam.simulate(roleArn(`arn:aws:iam::123456789012:role/${name}`), ACTIONS, RESOURCES),
        ),
      ),
    )
    expect(all.flat().every(({ decision }) => decision === 'allowed')).toBe(true)
    // The throttled request did no work, so it is still counted as running.
    expect(most).toBeLessThanOrEqual(3)
    expect(aws.calls.count('SimulatePrincipalPolicy')).toBe(roles.length + 1)
  })
})

function simulated(operation: string, results: readonly string[]): ScriptedAnswer {
  const members = results.map((result) => `<member>${result}</member>`).join('')
  return iamAnswer(
    operation,
    `<IsTruncated>false</IsTruncated><EvaluationResults>${members}</EvaluationResults>`,
  )
}
