/** What the control plane tells of functions, their versions, and who points to these. */

import { describe, expect, test } from '@jest/globals'
import { lambdaControl } from '../../src/edges/lambda-control'
import { parseFunctionArn } from '../../src/systems/lambda/function-arn'
import type { FunctionArn } from '../../src/systems/lambda/lambda-function'
import type { LocalAws } from '../../local/aws/index'
import { localAws, valueOf } from './support'

function arnOf(aws: LocalAws, name = 'fn'): FunctionArn {
  const arn = parseFunctionArn(aws.lambda.get(name).arn)
  if (arn === undefined) throw new Error(`${name} has no ARN`)
  return arn
}

function change(aws: LocalAws, description: string): string {
  aws.lambda.changeAsSomebodyElse('fn', { description })
  return aws.lambda.publishVersion('fn')
}

/** Who points to which version, in an order of their own. */
async function routes(aws: LocalAws): Promise<Readonly<Record<string, readonly string[]>>> {
  const routed = await valueOf(lambdaControl(1).routedVersions(arnOf(aws)))
  return Object.fromEntries(routed.map(({ version, via }) => [version, [...via].sort()]))
}

describe('a function', () => {
  test('is read with role, log group, handler and tags', async () => {
    const aws = await localAws()
    const role = aws.iam.createRole({ name: 'r', path: '/service-role/' }).arn
    aws.lambda.createFunction({ name: 'fn', role, logGroup: 'shared', tags: { team: 'a' } })
    aws.lambda.createFunction({ name: 'plain' })
    const lambda = lambdaControl(1)
    expect(await valueOf(lambda.get(aws.region, 'fn'))).toMatchObject({
      roleArn: role,
      logGroup: 'shared',
      handler: 'index.handler',
      tags: new Map([['team', 'a']]),
    })
    expect(await valueOf(lambda.get(aws.region, 'plain'))).toMatchObject({
      logGroup: '/aws/lambda/plain',
      tags: new Map(),
    })
    const listed: unknown[] = []
    await lambda.listVersions(aws.region, (page) => {
      listed.push(...page.map(({ fn }) => [fn.roleArn, fn.tags]))
      return true
    })
    expect(listed).toContainEqual([role, 'unknown'])
  })

  test('starts new environments once the time-out that it has is sent again', async () => {
    const aws = await localAws()
    aws.lambda.createFunction({ name: 'fn', timeoutSeconds: 17, variables: { A: '1' } })
    const lambda = lambdaControl(1)
    await aws.lambda.traffic('fn')
    const { revisionId, timeoutSeconds } = await valueOf(lambda.get(aws.region, 'fn'))
    await valueOf(lambda.update(arnOf(aws), { revisionId, timeoutSeconds }, () => true))
    for (;;) {
      const fn = await valueOf(lambda.get(aws.region, 'fn'))
      if (fn.lastUpdateStatus === 'Successful') break
    }
    const [next] = await aws.lambda.traffic('fn')
    expect(next?.cold).toBe(true)
    expect(aws.lambda.get('fn')).toMatchObject({ timeoutSeconds: 17, variables: { A: '1' } })
    const [sent] = aws.calls.of('UpdateFunctionConfiguration')
    expect(sent?.params).toMatchObject({ Timeout: 17 })
    expect(sent?.params).not.toHaveProperty('Environment')
  })
})

describe('routed versions', () => {
  test('are none where nothing points to any, and no version is listed then', async () => {
    const aws = await localAws()
    aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.publishVersion('fn')
    aws.lambda.addEventSource('fn')
    expect(await routes(aws)).toEqual({})
    expect(aws.calls.count('ListVersionsByFunction')).toBe(0)
  })

  test('are those of aliases with their weights, provisioned concurrency and qualified event sources', async () => {
    const aws = await localAws()
    aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.createFunction({ name: 'fn-2' })
    const one = aws.lambda.publishVersion('fn')
    const two = change(aws, 'two')
    const three = change(aws, 'three')
    const four = change(aws, 'four')
    change(aws, 'five')
    aws.lambda.setAlias('fn', 'live', two, { [three]: 0.1 })
    aws.lambda.setAlias('fn', 'stable', two)
    aws.lambda.setProvisionedConcurrency('fn', 'live')
    aws.lambda.setProvisionedConcurrency('fn', one)
    const qualified = aws.lambda.addEventSource('fn', four)
    const byAlias = aws.lambda.addEventSource('fn', 'stable')
    aws.lambda.addEventSource('fn')
    aws.lambda.publishVersion('fn-2')
    aws.lambda.addEventSource('fn-2', '1')
    expect(await routes(aws)).toEqual({
      [one]: ['provisioned concurrency'],
      [two]: [
        'alias live',
        'alias stable',
        `event source ${byAlias} of alias stable`,
        'provisioned concurrency of alias live',
      ],
      [three]: ['alias live', 'provisioned concurrency of alias live'],
      [four]: [`event source ${qualified}`],
    })
  })

  test('bear the configuration that they were made with', async () => {
    const aws = await localAws()
    const older = aws.iam.createRole({ name: 'older' }).arn
    aws.lambda.createFunction({
      name: 'fn',
      role: older,
      variables: { A: 'old' },
      layers: [aws.lambda.layers.rotelArn()],
    })
    aws.lambda.setAlias('fn', 'live', aws.lambda.publishVersion('fn'))
    const newer = aws.iam.createRole({ name: 'newer' }).arn
    aws.lambda.changeAsSomebodyElse('fn', { variables: {}, layers: [], role: newer })
    const [live] = await valueOf(lambdaControl(1).routedVersions(arnOf(aws)))
    expect(live).toMatchObject({
      version: '1',
      via: ['alias live'],
      fn: {
        arn: { name: 'fn', text: aws.lambda.get('fn').arn },
        roleArn: older,
        environment: { readable: true, variables: new Map([['A', 'old']]) },
        layers: [{ arn: aws.lambda.layers.rotelArn() }],
      },
    })
  })

  test('may be $LATEST, which costs no listing', async () => {
    const aws = await localAws()
    aws.lambda.createFunction({ name: 'fn', variables: { A: '1' } })
    aws.lambda.setAlias('fn', 'dev', '$LATEST')
    const [dev] = await valueOf(lambdaControl(1).routedVersions(arnOf(aws)))
    expect(dev).toMatchObject({ version: '$LATEST', via: ['alias dev'], fn: { kind: 'ordinary' } })
    expect(aws.calls.count('ListVersionsByFunction')).toBe(0)
  })

  test('are found on whatever page they stand', async () => {
    const aws = await localAws()
    aws.lambda.createFunction({ name: 'fn' })
    const newest = Array.from({ length: 60 }, (_, index) => change(aws, String(index))).at(-1) ?? ''
    for (let index = 0; index < 60; index += 1) {
      aws.lambda.setAlias('fn', `a${String(index)}`, newest)
    }
    for (let index = 0; index < 110; index += 1) aws.lambda.addEventSource('fn')
    const last = aws.lambda.addEventSource('fn', newest)
    const routed = await routes(aws)
    expect(Object.keys(routed)).toEqual([newest])
    expect(routed[newest]).toHaveLength(61)
    expect(routed[newest]).toContain(`event source ${last}`)
    expect(aws.calls.count('ListVersionsByFunction')).toBe(2)
  })

  test('read the region’s event sources once for all functions', async () => {
    const aws = await localAws()
    for (const name of ['a', 'b', 'c']) aws.lambda.createFunction({ name })
    const lambda = lambdaControl(1)
    await Promise.all(['a', 'b', 'c'].map((name) => lambda.routedVersions(arnOf(aws, name))))
    expect(aws.calls.count('ListEventSourceMappings')).toBe(1)
  })

  test('read the event sources again where they are to be of a later moment, once for all that ask then', async () => {
    const aws = await localAws()
    for (const name of ['a', 'b', 'fn']) aws.lambda.createFunction({ name })
    const version = change(aws, 'published')
    let now = 1_000
    const clock = { now: () => now, sleep: () => Promise.resolve() }
    const lambda = lambdaControl(1, undefined, undefined, clock)
    const routed = async (since?: number) =>
      (await valueOf(lambda.routedVersions(arnOf(aws), since))).map((one) => one.version)
    expect(await routed()).toEqual([])
    aws.lambda.addEventSource('fn', version)
    expect(await routed()).toEqual([])
    expect(await routed(1_000)).toEqual([])
    expect(aws.calls.count('ListEventSourceMappings')).toBe(1)
    now = 2_000
    const others = ['a', 'b'].map((name) => lambda.routedVersions(arnOf(aws, name), 1_500))
    expect(await routed(1_500)).toEqual([version])
    await Promise.all(others)
    expect(await routed()).toEqual([version])
    expect(aws.calls.count('ListEventSourceMappings')).toBe(2)
  })

  test.each(['ListAliases', 'ListProvisionedConcurrencyConfigs', 'ListEventSourceMappings'])(
    'are a fault where the caller may not call %s, and asked anew the next time',
    async (operation) => {
      const aws = await localAws()
      aws.lambda.createFunction({ name: 'fn' })
      const lambda = lambdaControl(1)
      aws.caller.deny(`lambda:${operation}`)
      expect(await lambda.routedVersions(arnOf(aws))).toMatchObject({
        ok: false,
        fault: { kind: 'denied' },
      })
      aws.caller.allowAll()
      expect(await valueOf(lambda.routedVersions(arnOf(aws)))).toEqual([])
    },
  )
})
