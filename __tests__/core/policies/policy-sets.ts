/** Roles made up, with policies of all kinds, and what the plan's edits make of them. */

import fc from 'fast-check'
import type { RoleEdit } from '../../../src/systems/iam/role-edit'
import { parseRoleArn } from '../../../src/systems/iam/role-arn'
import type { ExecutionRole, ManagedPolicy } from '../../../src/systems/iam/role-control'

export const ACCOUNT = '123456789012'
export const GROUP = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/fn`
export const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
export const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']

/** The group in every form in which IAM may be asked about it. */
export const FORMS = [
  GROUP,
  `${GROUP}:*`,
  `${GROUP}:log-stream:`,
  `${GROUP}:log-stream:x`,
  `${GROUP}:log-stream:2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef`,
]

const LOGS = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:`

export const OTHER_GROUPS = [
  `${GROUP}-2`,
  `${GROUP}2:log-stream:x`,
  `${LOGS}/aws/lambda/other`,
  `${LOGS}/aws/lambda/other:log-stream:x`,
  `${LOGS}/aws/lambda-insights:log-stream:fn`,
  `${LOGS}/own/app`,
  `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/lambda/fn`,
  `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/lambda/fn:log-stream:x`,
  `arn:aws:logs:eu-west-1:999999999999:log-group:/aws/lambda/fn:log-stream:x`,
]

export const OTHER_RESOURCES = ['arn:aws:s3:::bucket/key', 'arn:aws:s3:::secret', '*']

export const OTHER_ACTIONS = [
  'logs:DescribeLogStreams',
  'logs:CreateLogDelivery',
  'logs:PutRetentionPolicy',
  'logs:PutLogEvent',
  's3:GetObject',
  's3:PutObject',
  'iam:PassRole',
]

const EXACT = [
  ...WRITES,
  'logs:putlogevents',
  'LOGS:CREATELOGSTREAM',
  'Logs:createLogGroup',
  'logs:PutLogEvents',
]

const ENTRIES = [
  '*',
  GROUP,
  `${GROUP}:*`,
  `${GROUP}:*:*`,
  `${GROUP}:log-stream:*`,
  `${GROUP}*`,
  'arn:aws:logs:*:*:*',
  'arn:aws:logs:*:*:log-group:/aws/lambda/*:*',
  `${LOGS}/aws/lambda/*`,
  `${LOGS}/aws/lambda/?n:*`,
  `${LOGS}/aws/lambda/\${aws:PrincipalTag/function}:*`,
  `${LOGS}/aws/lambda/other`,
  `${LOGS}/aws/lambda/other:*`,
  `${LOGS}/aws/lambda-insights:*`,
  `${LOGS}/own/*`,
  'arn:aws:logs:us-east-1:*:*',
  'arn:aws:s3:::bucket/*',
  // IAM completes an ARN that ends early.
  'arn:aws:logs',
  GROUP.split(':').slice(0, 4).join(':'),
  GROUP.split(':').slice(0, 5).join(':'),
  'arn:aws:logs:us-east-1',
  'arn:aws:s3',
]

const CONDITIONS = [
  { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { Bool: { 'aws:SecureTransport': 'true' }, NumericLessThan: { 'aws:MultiFactorAuthAge': 3600 } },
]

/** `'X'` or `['X', 'Y']`. */
function oneOrMore(entry: fc.Arbitrary<string>): fc.Arbitrary<string | string[]> {
  return fc.oneof(entry, fc.array(entry, { minLength: 1, maxLength: 4 }))
}

function statements(wildness: number): fc.Arbitrary<object> {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...EXACT) },
    { weight: 4, arbitrary: fc.constantFrom(...OTHER_ACTIONS, 's3:*', 'logs:Describe*') },
    {
      weight: wildness,
      arbitrary: fc.constantFrom('*', 'logs:*', 'logs:Put*', 'logs:Create?ogStream', 'LOGS:c*'),
    },
  )
  const entry = fc.constantFrom(...ENTRIES)
  const actions = fc.oneof(
    { weight: 12, arbitrary: oneOrMore(action).map((value) => ({ Action: value })) },
    { weight: wildness, arbitrary: oneOrMore(action).map((value) => ({ NotAction: value })) },
  )
  const resources = fc.oneof(
    { weight: 12, arbitrary: oneOrMore(entry).map((value) => ({ Resource: value })) },
    { weight: wildness, arbitrary: oneOrMore(entry).map((value) => ({ NotResource: value })) },
  )
  const allow = { weight: 6, arbitrary: fc.constant({ Effect: 'Allow' }) }
  const terms = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...CONDITIONS).map((Condition) => ({ Condition })),
    },
  )
  const denials = fc
    .tuple(
      oneOrMore(fc.oneof(action, fc.constantFrom('logs:*', '*'))).map((Action) => ({ Action })),
      oneOrMore(entry).map((Resource) => ({ Resource })),
      terms,
    )
    .map((members): object => Object.assign({ Effect: 'Deny' }, ...members) as object)
  const allows = fc
    .tuple(allow.arbitrary, actions, resources, terms)
    .map((members): object => Object.assign({}, ...members) as object)
  return fc.oneof({ weight: 6, arbitrary: allows }, { weight: 1, arbitrary: denials })
}

/** @param wildness 0: nothing that cannot be narrowed exactly */
export function documents(wildness: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.array(statements(wildness), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(undefined, 2),
    )
    .map(([list, named, single, indent]) => {
      const Statement = list.map((statement, index) =>
        named ? { Sid: `S${index}`, ...statement } : statement,
      )
      return JSON.stringify(
        {
          Version: '2012-10-17',
          Statement: single && list.length === 1 ? Statement[0] : Statement,
        },
        undefined,
        indent,
      )
    })
}

export interface PolicySet {
  readonly role: ExecutionRole
  readonly managed: ReadonlyMap<string, ManagedPolicy>
}

export function policySet(inline: readonly string[], managed: readonly ManagedPolicy[]): PolicySet {
  const arn = parseRoleArn(`arn:aws:iam::${ACCOUNT}:role/service-role/fn-role`)
  if (arn === undefined) throw new Error('no role')
  return {
    role: {
      arn,
      trusted: ['lambda.amazonaws.com'],
      inline: new Map(inline.map((text, index) => [`inline-${index}`, text])),
      attached: managed.map((policy) => ({
        arn: policy.arn,
        name: policy.arn.replace(/.*\//, ''),
      })),
    },
    managed: new Map(managed.map((policy) => [policy.arn, policy])),
  }
}

export function managedPolicy(arn: string, document: string, versions = 1): ManagedPolicy {
  return {
    arn,
    defaultVersion: `v${versions}`,
    versions: Array.from({ length: versions }, (_, index) => `v${index + 1}`),
    attachments: 1,
    boundaries: 0,
    document,
  }
}

export function basic(document: string): ManagedPolicy {
  return managedPolicy(BASIC, document)
}

export function policySets(wildness: number, awsManaged: readonly ManagedPolicy[]) {
  return fc
    .tuple(
      fc.array(documents(wildness), { maxLength: 2 }),
      fc.array(
        fc.tuple(
          documents(wildness),
          wildness === 0 ? fc.constant(1) : fc.integer({ min: 1, max: 5 }),
        ),
        {
          maxLength: 2,
        },
      ),
      fc.subarray([...awsManaged]),
    )
    .map(([inline, customer, aws]) =>
      policySet(inline, [
        ...customer.map(([text, versions], index) =>
          managedPolicy(`arn:aws:iam::${ACCOUNT}:policy/team/own-${index}`, text, versions),
        ),
        ...aws,
      ]),
    )
}

export function documentsOf({ role, managed }: PolicySet): readonly string[] {
  return [
    ...role.inline.values(),
    ...role.attached.map(({ arn }) => managed.get(arn)?.document ?? ''),
  ]
}

/** The documents of the role once the edits are made. */
export function edited(set: PolicySet, edits: readonly RoleEdit[]): PolicySet {
  const inline = new Map(set.role.inline)
  const managed = new Map(set.managed)
  let attached = set.role.attached
  for (const edit of edits) {
    switch (edit.kind) {
      case 'put-inline':
        inline.set(edit.policy, edit.after)
        break
      case 'delete-inline':
        inline.delete(edit.policy)
        break
      case 'detach':
        attached = attached.filter(({ arn }) => arn !== edit.arn)
        break
      case 'new-version': {
        const policy = managed.get(edit.arn)
        if (policy) managed.set(edit.arn, { ...policy, document: edit.after })
        break
      }
      case 'attach':
        throw new Error('what narrows a role attaches nothing')
    }
  }
  return { role: { ...set.role, inline, attached }, managed }
}
