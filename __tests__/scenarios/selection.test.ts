/** Which functions a run is about: by tag, by stack, in several regions, and shared among the jobs of a matrix. */

import { expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { inWorld, statusesOf } from './world'

const STACK = 'aws:cloudformation:stack-name'

/** Six functions on three roles in two regions. */
function aFleet({ iam, lambda }: LocalAws): void {
  const orders = iam.createRole({ name: 'orders' }).arn
  const mail = iam.createRole({ name: 'mail' }).arn
  const shop = { team: 'shop', [STACK]: 'shop-prod' }
  lambda.createFunction({ name: 'cart', tags: shop, role: orders })
  lambda.createFunction({ name: 'pay', tags: { ...shop, env: 'prod' }, role: orders })
  lambda.createFunction({ name: 'pay', region: 'eu-west-1', tags: shop, role: orders })
  lambda.createFunction({ name: 'mail', tags: { team: 'crm' }, role: mail })
  lambda.createFunction({ name: 'image', tags: shop, packageType: 'Image' })
  lambda.createFunction({ name: 'plain' })
}

const written = ({ calls }: LocalAws): readonly string[] =>
  calls
    .all()
    .filter(({ operation }) => operation === 'UpdateFunctionConfiguration')
    .map(({ region, functionName }) => `${region}/${functionName ?? ''}`)
    .toSorted()

test('by tag and stack in two regions: exactly those are written, and others of the kind are skipped', () =>
  inWorld(async ({ aws, main }) => {
    aFleet(aws)
    const result = await main({
      functions: '',
      'function-tags': 'team=shop',
      stack: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop-prod/1b2c',
      regions: 'us-east-1, eu-west-1',
    })
    expect(statusesOf(result)).toEqual([
      'cart: written no-verifier',
      'image: skipped not-applicable',
      'pay: written no-verifier',
      'pay: written no-verifier',
    ])
    expect(result.exitCode).toBe(0)
    expect(written(aws)).toEqual(['eu-west-1/pay', 'us-east-1/cart', 'us-east-1/pay'])
    expect(aws.calls.count('GetResources')).toBe(2)
  }))

test('tags that select nothing fail, name the selector, and change nothing', () =>
  inWorld(async ({ aws, main }) => {
    aFleet(aws)
    const result = await main({ functions: '', 'function-tags': 'team=shop\nteam=x', stack: 'y' })
    expect(result.exitCode).toBe(1)
    expect(result.annotations.map(({ message }) => message).join('\n')).toMatch(
      /No function in us-east-1 has the tag team=shop or x and the stack y/,
    )
    expect(written(aws)).toEqual([])
  }))

test('without the right to look tags up nothing is changed, and the permission is named', () =>
  inWorld(async ({ aws, main }) => {
    aFleet(aws)
    aws.caller.deny('tag:GetResources')
    const result = await main({ functions: '', stack: 'shop-prod' })
    expect(result.exitCode).toBe(1)
    expect(result.stdout).toContain('tag:GetResources')
    expect(written(aws)).toEqual([])
  }))

test('three shards configure each function once, those of a role in one job, and an empty one is a success', () =>
  inWorld(async ({ aws, main }) => {
    aFleet(aws)
    const jobs: string[][] = []
    for (const shard of ['1/3', '2/3', '3/3']) {
      const before = new Set(written(aws))
      const { exitCode, stdout, summary } = await main({ functions: '*', shard, 'stop-after': '9' })
      expect({ shard, exitCode }).toEqual({ shard, exitCode: 0 })
      expect(stdout).toContain(`shard ${shard} of 5 functions`)
      expect(summary).toContain('never split')
      jobs.push(written(aws).filter((name) => !before.has(name)))
    }
    expect(jobs.flat().toSorted()).toEqual([
      'us-east-1/cart',
      'us-east-1/mail',
      'us-east-1/pay',
      'us-east-1/plain',
    ])
    expect(
      jobs.filter((job) => job.includes('us-east-1/cart') !== job.includes('us-east-1/pay')),
    ).toEqual([])
  }))

test('a shard that no function falls into says so and is a success', () =>
  inWorld(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'only' })
    const ends = []
    for (const shard of ['1/2', '2/2']) ends.push(await main({ functions: 'only', shard }))
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect(ends.map(({ outputs }) => outputs['changed']).toSorted()).toEqual(['false', 'true'])
    expect(ends.map(({ summary }) => summary).join()).toContain('No function to configure')
  }))
