/**
 * Stands between the edges and Local AWS, tells what is asked, and answers in AWS's place where a test wants it; and every
 * reading call of every edge, in a world in which each has something to tell.
 */

import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { aliasControl } from '../../src/edges/alias-control'
import { lambdaControl } from '../../src/edges/lambda-control'
import {
  lazyIdentity as identity,
  lazyLogGroups as logGroups,
  lazyRoleControl as roleControl,
  lazySecretStores as secretStores,
  lazyTaggedFunctions as taggedFunctions,
} from '../../src/edges/lazy-edges'
import type { Result } from '../../src/model/result'
import { parseFunctionArn } from '../../src/systems/lambda/function-arn'
import type { FunctionArn } from '../../src/systems/lambda/lambda-function'
import { localAws, roleArn } from './support'

export const ROLE = roleArn('arn:aws:iam::123456789012:role/fn-role')
export const POLICY = 'arn:aws:iam::123456789012:policy/own'
export const GROUP = { name: '/aws/lambda/fn', region: 'us-east-1' }
export const DOCUMENT = { Version: '2012-10-17', Statement: [] }

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

export interface Way {
  readonly aws: LocalAws
  /** Operations in the order in which they were asked. */
  readonly asked: string[]
  /** What answers in AWS's place, and whether AWS does the work all the same; once. */
  instead: Instead | undefined
}

export interface Instead {
  readonly operation: string
  /** The text, or what becomes of AWS's own, which does the work then. */
  readonly body: string | ((real: string) => string)
  readonly done?: boolean
}

const OF_THE_CONNECTION = ['host', 'connection', 'content-length']

/** Stands where the SDK looks for AWS, and hands everything on but what is answered in its place. */
export async function onTheWay(): Promise<Way> {
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
      let real = ''
      let type = 'text/html'
      if (!isInstead || instead.done === true || typeof instead.body === 'function') {
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
        real = bytes.toString('utf8')
        if (typeof instead.body === 'function') type = answer.headers.get('content-type') ?? type
      }
      const { body: told } = instead
      response
        .writeHead(200, { 'content-type': type })
        .end(typeof told === 'string' ? told : told(real))
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
export function furnished({ iam, lambda, logs, secrets, parameters }: LocalAws): FunctionArn {
  iam.createPolicy('own', DOCUMENT)
  iam.createRole({ name: 'fn-role', inline: { ours: DOCUMENT }, attached: [POLICY] })
  lambda.createFunction({
    name: 'fn',
    role: ROLE.text,
    layers: [lambda.layers.rotelArn()],
    tags: { team: 'shop' },
    codeSigning: 'Enforce',
  })
  lambda.setAlias('fn', 'live', lambda.publishVersion('fn'))
  lambda.setProvisionedConcurrency('fn', 'live')
  lambda.createFunction({ name: 'dev' })
  lambda.setAlias('dev', 'dev', '$LATEST')
  lambda.addEventSource('fn', 'live')
  logs.createGroup({ name: GROUP.name, metricFilters: [] })
  logs.setIncomingBytes(GROUP.name, 1)
  secrets.create({ name: 'key', value: 'hush' })
  parameters.create({ name: 'key', value: 'hush' })
  const arn = parseFunctionArn(lambda.get('fn').arn)
  if (arn === undefined) throw new Error('the function has no ARN')
  return arn
}

/** One or more calls of an edge. */
export type Reading = (aws: LocalAws, arn: FunctionArn) => Promise<Result<unknown, unknown>>

export const READS: Readonly<Record<string, Reading>> = {
  'functions of a region': (aws) => lambdaControl(1).listVersions(aws.region, () => true),
  'a function': (aws, arn) => lambdaControl(1).get(aws.region, arn.name),
  'whether a layer can be read': (aws) =>
    lambdaControl(1).layerVersion(aws.region, aws.lambda.layers.rotelArn()),
  'whether code signing is enforced': (_, arn) => lambdaControl(1).enforcesCodeSigning(arn),
  'the versions of a function': (_, arn) => lambdaControl(1).versionsOf(arn),
  'an alias': (_, arn) => aliasControl(1).alias(arn, 'live'),
  'provisioned concurrency': (_, arn) => aliasControl(1).provisioning(arn, 'live'),
  'functions with a tag': (aws) =>
    taggedFunctions().find(aws.region, [{ key: 'team', values: ['shop'] }]),
  'who points to versions': (_, arn) => lambdaControl(1).routes(arn),
  'routed versions': (_, arn) => lambdaControl(1).routedVersions(arn),
  'an alias on $LATEST': (_, arn) => {
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

/** Each is made of `furnished` once. */
export const WRITES: Readonly<Record<string, Reading>> = {
  'the configuration of a function': ({ lambda }, arn) =>
    lambdaControl(1).update(
      arn,
      { revisionId: lambda.get('fn').revisionId, timeoutSeconds: 9 },
      () => true,
    ),
  'a version': async ({ region }, arn) => {
    const fn = await lambdaControl(1).get(region, arn.name)
    return fn.ok ? aliasControl(1).publish(fn.value, () => true) : fn
  },
  'an alias': async (_, arn) => {
    const alias = await aliasControl(1).alias(arn, 'live')
    return alias.ok ? aliasControl(1).move(arn, alias.value, '1', () => true) : alias
  },
  'an inline policy': () => roleControl().putInline(ROLE, 'new', JSON.stringify(DENY)),
  'an inline policy that goes': () => roleControl().deleteInline(ROLE, 'ours'),
  'an attached policy': () => roleControl().attach(ROLE, POLICY),
  'an attached policy that goes': () => roleControl().detach(ROLE, POLICY),
  'a new version of a policy': () => roleControl().createVersion(POLICY, JSON.stringify(DENY)),
  'the version of a policy that is in force': () => roleControl().setDefaultVersion(POLICY, 'v1'),
}

const DENY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'New', Effect: 'Deny', Action: 'a:b', Resource: '*' }],
}
