/** The judge of moved aliases finds what a step would lose. */

import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { expect, test } from '@jest/globals'
import { startLocalAws } from '../../local/aws'
import type { LocalAws } from '../../local/aws/local-aws'
import { type AliasWatch, watchAlias } from './alias-judge'

const same = <T>(ours: T) => ours
const PUBLISHED = { variables: { ROTEL_EXPORTER: 'otlp' }, layers: [] }

/** The alias leads to version 1; version 2 is what the step publishes, version 3 is theirs. */
async function withAlias(
  judge: (aws: LocalAws, alias: AliasWatch, lead: (version: string) => void) => unknown,
): Promise<void> {
  const aws = await startLocalAws()
  try {
    const { lambda } = aws
    lambda.createFunction({ name: 'orders' })
    for (const [variables, description] of [
      [{}, 'found'],
      [PUBLISHED.variables, 'published'],
      [{}, 'theirs'],
    ] as const) {
      lambda.changeAsSomebodyElse('orders', { variables, description })
      lambda.publishVersion('orders')
    }
    const lead = (version: string) => lambda.setAlias('orders', 'live', version)
    lead('1')
    await judge(aws, watchAlias(aws, same), lead)
  } finally {
    await aws.close()
  }
}

async function readAlias({ url, region }: LocalAws): Promise<void> {
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }
  const client = new LambdaClient({ endpoint: url, region, credentials })
  await client.send(new GetAliasCommand({ FunctionName: 'orders', Name: 'live' }))
  client.destroy()
}

const judged = (statuses: readonly string[], isTheirs = true) => ({
  isTheirs,
  published: PUBLISHED,
  statuses,
})

test('an alias that others have moved and that leads back is lost', () =>
  withAlias((_, { acted, faults }, lead) => {
    lead('3')
    acted()
    expect(faults(judged(['instrumented']))).toEqual([])
    lead('1')
    expect(faults(judged(['rolled-back']))).toEqual(['lost: the alias leads to 1, not to 3'])
  }))

test('an alias that others have moved after the step had read it may not be moved on', () =>
  withAlias(async (aws, { acted, faults }, lead) => {
    await readAlias(aws)
    lead('3')
    acted()
    lead('2')
    expect(faults(judged(['instrumented']))).toEqual([
      'lost: the alias leads to 2, and they moved it to 3',
    ])
  }))

test('an alias that others have moved before the step had read it is moved by the step', () =>
  withAlias((_, { acted, faults }, lead) => {
    lead('3')
    acted()
    lead('2')
    expect(faults(judged(['instrumented']))).toEqual([])
    expect(faults(judged(['rolled-back']))).toEqual(['rolled-back, and the alias leads to 2'])
  }))

test('an alias that nobody else has moved leads to what the step reports', () =>
  withAlias((_, { acted, faults }, lead) => {
    acted()
    expect(faults(judged(['instrumented'], false))).toEqual([
      'instrumented, and the alias leads to 1',
    ])
    expect(faults(judged(['rolled-back'], false))).toEqual([])
    lead('2')
    expect(faults(judged(['instrumented'], false))).toEqual([])
    lead('3')
    expect(faults(judged([], false))).toEqual(['lost: the alias leads to 3, not to 1'])
  }))
