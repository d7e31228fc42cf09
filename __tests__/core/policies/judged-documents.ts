/** Documents made up for the judge: all that policies may hold, around the log group of one function in one partition. */

import fc from 'fast-check'
import type { Context, Request } from './judge'
import { ACCOUNT, WRITES } from './policy-sets'

export const GROUPS = [
  `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/fn`,
  `arn:aws-cn:logs:cn-north-1:${ACCOUNT}:log-group:/aws/lambda/fn`,
  `arn:aws-us-gov:logs:us-gov-west-1:${ACCOUNT}:log-group:/own/Group`,
]

const ROLE = `arn:aws:iam::${ACCOUNT}:role/service-role/fn-role`

/** Nothing known of the request, what is usual, and the opposite of it. */
const CONTEXTS: readonly Context[] = [
  {},
  {
    'aws:RequestedRegion': 'eu-west-1',
    'aws:SecureTransport': 'true',
    'aws:PrincipalArn': ROLE,
    'aws:PrincipalTag/function': 'fn',
    'aws:TagKeys': ['team', 'stage'],
  },
  {
    'aws:RequestedRegion': 'EU-WEST-2',
    'aws:SecureTransport': 'false',
    'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/other`,
    'aws:PrincipalTag/function': 'other',
    'aws:TagKeys': ['owner'],
  },
]

const CONDITIONS = [
  { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { StringEquals: { 'AWS:requestedregion': ['eu-west-1', 'eu-west-2'] } },
  { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { StringEqualsIgnoreCase: { 'aws:RequestedRegion': 'eu-west-2' } },
  { StringNotEqualsIgnoreCase: { 'aws:RequestedRegion': 'eu-west-2' } },
  { StringLike: { 'aws:RequestedRegion': 'eu-*' } },
  { StringNotLike: { 'aws:RequestedRegion': ['eu-*', 'us-?'] } },
  { StringEqualsIfExists: { 'aws:PrincipalTag/function': 'fn' } },
  { StringNotEqualsIfExists: { 'aws:PrincipalTag/function': 'fn' } },
  { StringEquals: { 'aws:PrincipalTag/function': '${aws:PrincipalTag/function}' } },
  { StringLike: { 'aws:PrincipalArn': '*/${aws:PrincipalTag/function}-role' } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*/fn-role` } },
  { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::*:role/other` } },
  { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { Bool: { 'aws:SecureTransport': false } },
  { BoolIfExists: { 'aws:SecureTransport': 'false' } },
  { Null: { 'aws:PrincipalTag/function': 'true' } },
  { Null: { 'aws:RequestedRegion': 'false' } },
  { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team', 'owner'] } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'stage'] } },
  { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'st*' } },
  { 'ForAllValues:StringNotLike': { 'aws:TagKeys': 'o*' } },
  {
    Bool: { 'aws:SecureTransport': 'true' },
    StringLike: { 'aws:RequestedRegion': '*-west-*', 'aws:PrincipalArn': '*' },
  },
]

export const OTHER_ACTIONS = [
  'logs:DescribeLogStreams',
  'logs:PutRetentionPolicy',
  's3:GetObject',
  'secretsmanager:GetSecretValue',
]

const EXACT = [...WRITES, 'logs:putlogevents', 'LOGS:CREATELOGSTREAM', 'Logs:createLogGroup']

const WILD = ['*', 'logs:*', 'LOGS:*', 'logs:Put*', 'logs:Create?ogStream', 'logs:?ut*s']

/** Entries of `Resource` that reach the group, nearly reach it, or do not. */
function entriesAround(group: string): readonly string[] {
  const [, partition = '', , region = '', account = '', , name = ''] = group.split(':')
  const logs = `arn:${partition}:logs:${region}:${account}:log-group:`
  return [
    ...['*', group, `${group}:*`, `${group}:*:*`, `${group}:log-stream:*`, `${group}*`],
    ...[`${group.slice(0, -1)}?`, `${group}?`, `${logs}*`, `${logs}?*:log-stream:x`],
    ...[`arn:*:logs:*:*:*`, `arn:${partition}:logs:*:*:log-group:${name}:*`, 'arn:*:*:*:*:*'],
    // A `*` at the end of a field may run across colons.
    ...[`arn:${partition}:logs:*:log-group:${name}`, `arn:${partition}:logs:*`, 'arn:*'],
    // Names of log groups are case-sensitive.
    ...[group.toUpperCase(), `${logs}${name.toUpperCase()}:*`],
    ...[`${logs}/aws/lambda/\${aws:PrincipalTag/function}:*`, `${logs}\${aws:username}`],
    ...[`${logs}/aws/lambda/\${aws:PrincipalTag/function, 'fn'}*`, `${group}\${*}`, `${logs}\${$}`],
    ...[`${logs}/aws/lambda/other`, `${logs}/aws/lambda/other:*`, `${logs}/aws/lambda-insights:*`],
    ...[
      `arn:${partition}:logs:us-east-1:*:*`,
      `arn:${partition}:s3:::bucket/*`,
      'arn:aws:logs:*:*:*',
    ],
    // AWS completes an ARN that ends early.
    ...[
      'arn:aws:logs',
      `arn:${partition}:logs:${region}`,
      `arn:${partition}:logs:${region}:${account}`,
    ],
    ...[`arn:${partition}:s3`],
  ]
}

/** A role's documents, and the log group of the function on it. */
export interface Case {
  readonly group: string
  readonly documents: readonly string[]
}

/** @param tame no wildcard in actions, no NotAction and no NotResource, so that narrowing is always possible */
export function cases(tame: boolean): fc.Arbitrary<Case> {
  return fc
    .constantFrom(...GROUPS)
    .chain((group) =>
      fc
        .array(documentsAround(group, tame), { minLength: 1, maxLength: 3 })
        .map((documents) => ({ group, documents })),
    )
}

function documentsAround(group: string, tame: boolean): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.array(statements(group, tame), { minLength: 1, maxLength: 3 }),
      fc.constantFrom({}, {}, { Id: 'theirs' }, { Version: '2008-10-17' }),
      fc.boolean(),
    )
    .map(([list, head, single]) => {
      const [only] = list
      const Statement = single && list.length === 1 ? only : list
      return JSON.stringify({ Version: '2012-10-17', ...head, Statement })
    })
}

function statements(group: string, tame: boolean): fc.Arbitrary<object> {
  const entry = fc.constantFrom(...entriesAround(group))
  const exact = fc.constantFrom(...EXACT)
  const other = fc.constantFrom(...OTHER_ACTIONS, 'logs:Describe*', 's3:*', 'S3:getobject')
  const wild = { weight: tame ? 0 : 2, arbitrary: fc.constantFrom(...WILD) }
  const action = fc.oneof({ weight: 6, arbitrary: exact }, { weight: 4, arbitrary: other }, wild)
  const anyAction = fc.oneof(exact, other, fc.constantFrom(...WILD))
  const condition = fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constantFrom(...CONDITIONS).map((Condition) => ({ Condition })) },
  )
  const not = tame ? 0 : 2
  const allow = fc
    .tuple(
      fc.oneof(
        { weight: 12, arbitrary: oneOrMore(action).map((Action) => ({ Action })) },
        { weight: not, arbitrary: oneOrMore(anyAction).map((NotAction) => ({ NotAction })) },
      ),
      fc.oneof(
        { weight: 12, arbitrary: oneOrMore(entry).map((Resource) => ({ Resource })) },
        { weight: not, arbitrary: oneOrMore(entry).map((NotResource) => ({ NotResource })) },
      ),
      condition,
    )
    .map((members): object => Object.assign({ Effect: 'Allow' }, ...members) as object)
  const deny = fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: oneOrMore(anyAction).map((Action) => ({ Action })) },
        { weight: 1, arbitrary: oneOrMore(anyAction).map((NotAction) => ({ NotAction })) },
      ),
      fc.oneof(
        { weight: 3, arbitrary: oneOrMore(entry).map((Resource) => ({ Resource })) },
        { weight: 1, arbitrary: oneOrMore(entry).map((NotResource) => ({ NotResource })) },
      ),
      condition,
    )
    .map((members): object => Object.assign({ Effect: 'Deny' }, ...members) as object)
  return fc.oneof({ weight: 5, arbitrary: allow }, { weight: 1, arbitrary: deny })
}

/** `'X'` or `['X', 'Y']`. */
function oneOrMore(entry: fc.Arbitrary<string>): fc.Arbitrary<string | string[]> {
  return fc.oneof(entry, fc.array(entry, { minLength: 1, maxLength: 3 }))
}

/** The group as AWS is asked about it when something writes, without wildcards. */
export function formsOf(group: string): readonly string[] {
  return [
    group,
    `${group}:log-stream:`,
    `${group}:log-stream:2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef`,
  ]
}

/** Other resources than the group: near it, and far. */
export function elsewhere(group: string): readonly string[] {
  const [, partition = '', , region = '', , , name = ''] = group.split(':')
  const logs = `arn:${partition}:logs:${region}:${ACCOUNT}:log-group:`
  return [
    `${group}-2`,
    `${group}2:log-stream:x`,
    `${logs}/aws/lambda/other`,
    `${logs}/aws/lambda/other:log-stream:x`,
    `${logs}${name.toUpperCase()}`,
    `arn:${partition}:logs:us-east-1:${ACCOUNT}:log-group:${name}:log-stream:x`,
    `arn:${partition}:logs:${region}:999999999999:log-group:${name}`,
    `arn:${partition}:s3:::bucket/key`,
    `arn:${partition}:secretsmanager:${region}:${ACCOUNT}:secret:theirs-AbCdEf`,
  ]
}

/** In each context, where one can make a difference. */
export function requests(
  documents: readonly string[],
  actions: readonly string[],
  resources: readonly string[],
): readonly Request[] {
  const depends = documents.some((text) => text.includes('"Condition"') || text.includes('${'))
  return (depends ? CONTEXTS : CONTEXTS.slice(0, 1)).flatMap((context, index) =>
    actions.flatMap((action) =>
      resources.map((resource) => {
        const key = `${String(index)} ${action} ${resource}`
        const request = made.get(key) ?? { action, resource, context }
        made.set(key, request)
        return request
      }),
    ),
  )
}

/** A request is one value wherever it is asked, so that answers are found again. */
const made = new Map<string, Request>()
