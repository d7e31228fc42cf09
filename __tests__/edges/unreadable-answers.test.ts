/**
 * Something on the way to AWS answers in its place, and well: every call of every edge is answered so once, and none
 * takes it for "there are none" or "it is done". Which calls there are is found by making them.
 */

import { describe, expect, test } from '@jest/globals'
import { systemClock } from '../../src/edges/clock'
import { lambdaControl } from '../../src/edges/lambda-control'
import { lambdaInvoke } from '../../src/edges/lambda-invoke'
import {
  lazyLogGroups as logGroups,
  lazyRoleControl as roleControl,
} from '../../src/edges/lazy-edges'
import type { AwsFault, Result } from '../../src/model/result'
import { furnished, GROUP, onTheWay, POLICY, type Reading, READS, ROLE } from './on-the-way'
import { iamAnswer, scriptedAws } from './support'

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:fn'
const TEXT =
  '{"Version":"2012-10-17","Statement":[{"Sid":"New","Effect":"Deny","Action":"a:b","Resource":"*"}]}'

const HTML = '<!DOCTYPE html><html><body><p>Sign in<br></p></body></html>'
/** Is XML, too. */
const XHTML = '<html><body><p>Sign in</p></body></html>'

/** XML of the operation, with all around its members and without them; or JSON without members. */
function withoutMembers(operation: string): string {
  const isQuery = /^[A-Z][A-Za-z]+$/.test(operation) && isOfQueryProtocol(operation)
  return isQuery
    ? `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result><IsTruncated>false</IsTruncated></${operation}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${operation}Response>`
    : '{}'
}

function isOfQueryProtocol(operation: string): boolean {
  return /Role|Polic|CallerIdentity/.test(operation)
}

/** Lambda answers 200 with an empty body for a function without a configuration (recorded): that is its answer. */
function isLawful(operation: string, body: string): boolean {
  return operation.endsWith('/code-signing-config') && (body === '' || body === '{}')
}

async function heard(read: Reading, operation: string | undefined, body: string) {
  const way = await onTheWay()
  const arn = furnished(way.aws)
  if (operation !== undefined) way.instead = { operation, body }
  const answer = await read(way.aws, arn)
  return { answer, operations: [...new Set(way.asked)] }
}

describe('an answer that is not AWS’s', () => {
  test.each(Object.keys(READS))('is none, for each call that tells of: %s', async (name) => {
    const read = READS[name]
    if (read === undefined) throw new Error(name)
    const { answer: good, operations } = await heard(read, undefined, '')
    expect(good).toMatchObject({ ok: true })
    expect(operations.length).toBeGreaterThan(0)
    const taken: string[] = []
    for (const operation of operations) {
      for (const body of [HTML, XHTML, '', withoutMembers(operation)]) {
        if (isLawful(operation, body)) continue
        const { answer } = await heard(read, operation, body)
        const isNone = !answer.ok && kindOf(answer.fault) === 'unavailable'
        if (!isNone) taken.push(`${operation} ${body}: ${JSON.stringify(answer)}`)
      }
    }
    expect(taken).toEqual([])
  })

  test('does not show that a function ran', async () => {
    const way = await onTheWay()
    const arn = furnished(way.aws)
    for (const body of [HTML, '{}', '']) {
      way.instead = {
        operation: `POST /2015-03-31/functions/${encodeURIComponent(arn.text)}/invocations`,
        body,
      }
      const request = { arn, qualifier: undefined, payload: '{}', timeoutSeconds: 3 }
      const { signal } = new AbortController()
      const answer = await lambdaInvoke(1, systemClock).invoke(request, signal)
      expect(answer).toMatchObject({ ok: false, fault: { kind: 'lost' } })
      expect(way.instead).toBeUndefined()
    }
  })

  test('to an update of a function may hide that it was done', async () => {
    const way = await onTheWay()
    const arn = furnished(way.aws)
    const { revisionId } = way.aws.lambda.get('fn')
    for (const body of [HTML, '{}', '']) {
      way.instead = {
        operation: `PUT /2015-03-31/functions/${encodeURIComponent(arn.text)}/configuration`,
        body,
      }
      const answer = await lambdaControl(1).update(
        arn,
        { revisionId, timeoutSeconds: 9 },
        () => true,
      )
      expect(answer).toMatchObject({
        ok: false,
        fault: { kind: 'unavailable', mayHaveLanded: true },
      })
      expect(way.instead).toBeUndefined()
    }
  })
})

function kindOf(fault: unknown): AwsFault['kind'] | undefined {
  return typeof fault === 'object' && fault !== null && 'kind' in fault
    ? (fault as AwsFault).kind
    : undefined
}

describe('a list that is not whole', () => {
  test('because more follows, and not where, is none', async () => {
    await scriptedAws(({ operation }) =>
      iamAnswer(operation, '<PolicyNames/><IsTruncated>true</IsTruncated>'),
    )
    expect(await roleControl().inlineNames(ROLE)).toMatchObject({
      ok: false,
      fault: { code: 'IncompleteAnswer' },
    })
  })

  test.each<[string, object, () => Promise<Result<unknown>>]>([
    [
      'a stream without a time',
      { logStreams: [{ logStreamName: 'a' }] },
      () => logGroups().streamsSince(GROUP, Date.now()),
    ],
    [
      'a function without an ARN',
      { Functions: [{ RevisionId: 'a' }] },
      () => lambdaControl(1).listVersions('us-east-1', () => true),
    ],
    [
      'a function with a layer without an ARN',
      { Functions: [{ FunctionArn: FUNCTION, RevisionId: 'a', Layers: [{ CodeSize: 1 }] }] },
      () => lambdaControl(1).listVersions('us-east-1', () => true),
    ],
    [
      'a filter without a name',
      { logGroups: [{ logGroupName: GROUP.name }], subscriptionFilters: [{}], metricFilters: [] },
      () => logGroups().facts(GROUP),
    ],
  ])('because of %s, is none', async (_, json, read) => {
    await scriptedAws(() => ({ body: JSON.stringify(json) }))
    expect(await read()).toMatchObject({ ok: false, fault: { code: 'IncompleteAnswer' } })
  })
})

describe('a write to IAM', () => {
  const iam = roleControl
  const WRITES: Readonly<Record<string, () => Promise<Result<unknown>>>> = {
    PutRolePolicy: () => iam().putInline(ROLE, 'new', TEXT),
    DeleteRolePolicy: () => iam().deleteInline(ROLE, 'ours'),
    AttachRolePolicy: () => iam().attach(ROLE, POLICY),
    DetachRolePolicy: () => iam().detach(ROLE, POLICY),
    CreatePolicyVersion: () => iam().createVersion(POLICY, TEXT),
    SetDefaultPolicyVersion: () => iam().setDefaultVersion(POLICY, 'v1'),
  }

  test.each(Object.keys(WRITES))('that something else answers is sent again: %s', async (name) => {
    const write = WRITES[name]
    if (write === undefined) throw new Error(name)
    for (const body of [XHTML, '', '{}', '<OtherResponse/>']) {
      const way = await onTheWay()
      furnished(way.aws)
      way.instead = { operation: name, body }
      expect(await write()).toMatchObject({ ok: true })
      expect(way.asked.filter((operation) => operation === name)).toHaveLength(2)
      expect(way.aws.calls.count(name)).toBe(1)
    }
  })

  test('that was done all the same makes no second version of a policy', async () => {
    for (const body of [XHTML, '', withoutMembers('CreatePolicyVersion')]) {
      const way = await onTheWay()
      furnished(way.aws)
      way.instead = { operation: 'CreatePolicyVersion', body, done: true }
      expect(await roleControl().createVersion(POLICY, TEXT)).toEqual({ ok: true, value: 'v2' })
      expect(way.aws.calls.count('CreatePolicyVersion')).toBe(1)
    }
  })
})
