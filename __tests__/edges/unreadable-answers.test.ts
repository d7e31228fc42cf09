/**
 * Something on the way to AWS answers in its place, and well: every call of every edge is answered so once, and none
 * takes it for "there are none" or "it is done". Which calls there are is found by making them.
 */

import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { systemClock } from '../../src/edges/clock'
import { lambdaControl } from '../../src/edges/lambda-control'
import { lambdaInvoke } from '../../src/edges/lambda-invoke'
import {
  lazyIdentity as identity,
  lazyLogGroups as logGroups,
  lazyRoleControl as roleControl,
  lazySecretStores as secretStores,
} from '../../src/edges/lazy-edges'
import type { AwsFault, Result } from '../../src/model/result'
import { parseFunctionArn } from '../../src/systems/lambda/function-arn'
import type { FunctionArn } from '../../src/systems/lambda/lambda-function'
import { iamAnswer, localAws, roleArn, scriptedAws } from './support'

const ROLE = roleArn('arn:aws:iam::123456789012:role/fn-role')
const POLICY = 'arn:aws:iam::123456789012:policy/own'
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:fn'
const GROUP = { name: '/aws/lambda/fn', region: 'us-east-1' }
const DOCUMENT = { Version: '2012-10-17', Statement: [] }
const TEXT =
  '{"Version":"2012-10-17","Statement":[{"Sid":"New","Effect":"Deny","Action":"a:b","Resource":"*"}]}'

const HTML = '<!DOCTYPE html><html><body><p>Sign in<br></p></body></html>'
/** Is XML, too. */
const XHTML = '<html><body><p>Sign in</p></body></html>'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

interface Way {
  readonly aws: LocalAws
  /** Operations in the order in which they were asked. */
  readonly asked: string[]
  /** What answers in AWS's place, and whether AWS does the work all the same; once. */
  instead:
    { readonly operation: string; readonly body: string; readonly done?: boolean } | undefined
}

const OF_THE_CONNECTION = ['host', 'connection', 'content-length']

/** Stands where the SDK looks for AWS, and hands everything on but what is answered in its place. */
async function onTheWay(): Promise<Way> {
  const aws = await localAws()
  const way: Way = { aws, asked: [], instead: undefined }
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      const operation = operationOf(request, body)
      way.asked.push(operation)
      const { instead } = way
      const isInstead = instead?.operation === operation
      if (isInstead) way.instead = undefined
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' && !OF_THE_CONNECTION.includes(name) ? [[name, value]] : [],
      )
      if (!isInstead || instead.done === true) {
        const answer = await fetch(`${aws.url}${request.url ?? ''}`, {
          method: request.method ?? 'GET',
          headers: Object.fromEntries(headers) as Record<string, string>,
          ...(body.length > 0 && { body }),
        })
        const bytes = Buffer.from(await answer.arrayBuffer())
        if (!isInstead) {
          response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(bytes)
          return
        }
      }
      response.writeHead(200, { 'content-type': 'text/html' }).end(instead.body)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${String(port)}`
  return way
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function operationOf({ headers, method, url }: IncomingMessage, body: Buffer): string {
  const target = headers['x-amz-target']
  if (typeof target === 'string') return target.split('.').at(-1) ?? ''
  const action = new URLSearchParams(body.toString('utf8')).get('Action')
  return action ?? `${method ?? ''} ${(url ?? '').replace(/\?.*$/, '')}`
}

/** A world in which each call has something to tell. */
function furnished({ iam, lambda, logs, secrets, parameters }: LocalAws): FunctionArn {
  iam.createPolicy('own', DOCUMENT)
  iam.createRole({ name: 'fn-role', inline: { ours: DOCUMENT }, attached: [POLICY] })
  lambda.createFunction({
    name: 'fn',
    role: ROLE.text,
    layers: [lambda.layers.rotelArn()],
    codeSigning: 'Enforce',
  })
  lambda.setAlias('fn', 'live', lambda.publishVersion('fn'))
  lambda.setProvisionedConcurrency('fn', 'live')
  lambda.addEventSource('fn', 'live')
  logs.createGroup({ name: GROUP.name, metricFilters: [] })
  logs.setIncomingBytes(GROUP.name, 1)
  secrets.create({ name: 'key', value: 'hush' })
  parameters.create({ name: 'key', value: 'hush' })
  const arn = parseFunctionArn(lambda.get('fn').arn)
  if (arn === undefined) throw new Error('the function has no ARN')
  return arn
}

type Reading = (aws: LocalAws, arn: FunctionArn) => Promise<Result<unknown, unknown>>

const READS: Readonly<Record<string, Reading>> = {
  'functions of a region': (aws) => lambdaControl(1).listVersions(aws.region, () => true),
  'a function': (aws, arn) => lambdaControl(1).get(aws.region, arn.name),
  'whether a layer can be read': (aws) =>
    lambdaControl(1).layerVersion(aws.region, aws.lambda.layers.rotelArn()),
  'whether code signing is enforced': (_, arn) => lambdaControl(1).enforcesCodeSigning(arn),
  'the versions of a function': (_, arn) => lambdaControl(1).versionsOf(arn),
  'who points to versions': (_, arn) => lambdaControl(1).routes(arn),
  'routed versions': (_, arn) => lambdaControl(1).routedVersions(arn),
  'an alias on $LATEST': (aws, arn) => {
    aws.lambda.createFunction({ name: 'dev' })
    aws.lambda.setAlias('dev', 'dev', '$LATEST')
    const text = arn.text.replace(/fn$/, 'dev')
    return lambdaControl(1).routedVersions({ ...arn, text, name: 'dev' })
  },
  'a role': () => roleControl().read(ROLE),
  'the names of inline policies': () => roleControl().inlineNames(ROLE),
  'an inline policy': () => roleControl().inline(ROLE, 'ours'),
  'a managed policy': () => roleControl().managed(POLICY),
  'a version of a managed policy': () => roleControl().version(POLICY, 'v1'),
  'a simulation': () => roleControl().simulate(ROLE, ['logs:PutLogEvents'], ['*']),
  'a log group': () => logGroups().facts(GROUP),
  'log streams': () => logGroups().streamsSince(GROUP, Date.now()),
  'log events': () => logGroups().eventsWith(GROUP, 0, 'x'),
  'the newest log events': () =>
    logGroups().newestEvents(
      GROUP,
      { since: 0, until: Date.now(), texts: ['x'] },
      new AbortController().signal,
    ),
  'ingested bytes': () => logGroups().ingestedBytes(GROUP),
  'a secret': (aws) => secretStores().secret(aws.region, 'key'),
  'a parameter': (aws) => secretStores().parameter(aws.region, 'key'),
  'the caller': (aws) => identity(aws.region).whoAmI(),
}

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
