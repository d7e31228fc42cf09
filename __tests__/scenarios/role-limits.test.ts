/** 10,240 characters of inline policies on a role: summed in the preflight, those that fit go on, and the same ones again (promise P9). */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { coldStartError, granting, grantsOn } from './secret-rights'
import { INGESTION_KEY, inStack } from './stack-world'
import { API_KEY, configurationOf, inWorld, statusesOf } from './world'

const LIMIT = 10_240
const MANY = 36
const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `shop-${String(i + 1).padStart(2, '0')}`)

/** As IAM counts. */
const sizeOf = (document: string) => document.replace(/\s/g, '').length
const sizeOn = ({ iam }: LocalAws, role: string) =>
  Object.values(iam.get(role).inline).reduce((sum, document) => sum + sizeOf(document), 0)

/** These functions share a role, on which a policy of the user's leaves so much room. */
function oneRole({ iam, lambda }: LocalAws, functions: readonly string[], room = LIMIT) {
  const own = (resource: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }],
    })
  const bucket = 'arn:aws:s3:::'
  const padding = LIMIT - room - own(bucket).length
  const { arn } = iam.createRole({
    name: 'shop',
    attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    ...(room < LIMIT && { inline: { own: own(`${bucket}${'x'.repeat(padding)}`) } }),
  })
  for (const name of functions) lambda.createFunction({ name, role: arn, updateMs: 20 })
  return iam.get('shop')
}

/** What a Deny of ours for one of the functions takes: they differ in nothing but a name of the same length. */
async function denySize(): Promise<number> {
  let size = 0
  await inStack(async ({ aws, main }) => {
    oneRole(aws, names(1))
    await main({ functions: 'shop-01', 'cloudwatch-logs': 'deny' })
    size = sizeOn(aws, 'shop')
  })
  return size
}

const full = (name: string) => `${name}: blocked role-policies-full`

describe('`cloudwatch-logs: deny` for more functions than the role has room for', () => {
  test(
    '36 functions: those that fit are denied, in the order of names, and the same ones in every later run',
    () =>
      inStack(
        async ({ aws, main }) => {
          const all = names(MANY)
          oneRole(aws, all)
          const before = all.map((name) => configurationOf(aws.lambda.get(name)))
          // The order of the input decides nothing.
          const inputs = { functions: [...all].reverse().join('\n'), 'cloudwatch-logs': 'deny' }
          const first = await main(inputs)
          const policies = Object.values(aws.iam.get('shop').inline)
          const size = Math.max(...policies.map(sizeOf))
          const fitting = all.slice(0, Math.floor(LIMIT / size))
          const rest = all.slice(fitting.length)
          expect(rest.length).toBeGreaterThan(0)
          expect(statusesOf(first)).toEqual([
            ...fitting.map((name) => `${name}: instrumented`),
            ...rest.map(full),
          ])
          expect(first.exitCode).toBe(1)
          expect(policies).toHaveLength(fitting.length)
          for (const name of rest) {
            expect(configurationOf(aws.lambda.get(name))).toEqual(before[all.indexOf(name)])
            expect(aws.lambda.get(name)).toMatchObject({ writes: 0, invocations: 0 })
          }

          const written = aws.calls.count('PutRolePolicy')
          const second = await main(inputs)
          expect(statusesOf(second)).toEqual([
            ...fitting.map((name) => `${name}: unchanged`),
            ...rest.map(full),
          ])
          expect(second.outputs['changed']).toBe('false')
          expect(aws.calls.count('PutRolePolicy')).toBe(written)
        },
        { aws: { quotas: { scale: 20 } } },
      ),
    240_000,
  )

  test('a plan tells the same before anything is written', async () => {
    const room = 2 * (await denySize())
    await inStack(async ({ aws, main }) => {
      const role = oneRole(aws, names(4), room)
      const planned = await main({
        mode: 'plan',
        functions: names(4).reverse().join('\n'),
        'cloudwatch-logs': 'deny',
      })
      expect(statusesOf(planned)).toEqual([
        'shop-01: planned',
        'shop-02: planned',
        full('shop-03'),
        full('shop-04'),
      ])
      expect(planned.exitCode).toBe(1)
      expect(aws.iam.get('shop')).toEqual(role)
    })
  })

  test('a function that comes later finds no room, whatever its name, and takes none from the others', async () => {
    const room = 2 * (await denySize())
    await inStack(async ({ aws, main }) => {
      const { arn: role } = oneRole(aws, names(2), room)
      await main({ functions: names(2).join('\n'), 'cloudwatch-logs': 'deny' })
      const filled = aws.iam.get('shop')
      aws.lambda.createFunction({ name: 'shop-00', role })
      const later = await main({
        functions: ['shop-00', ...names(2)].join('\n'),
        'cloudwatch-logs': 'deny',
      })
      expect(statusesOf(later)).toEqual([
        full('shop-00'),
        'shop-01: unchanged',
        'shop-02: unchanged',
      ])
      expect(aws.iam.get('shop')).toEqual(filled)
      expect(aws.lambda.get('shop-00').writes).toBe(0)
    })
  })

  test('a right to read secrets on the same role takes its part of the room', async () => {
    const room = 2 * (await denySize())
    await inStack(async ({ aws, main }) => {
      // Both Denies fit, and with the right to read the secret only one of them.
      const role = oneRole(aws, names(2), room + 200)
      const secret = aws.secrets.create({ name: 'clickstack', value: INGESTION_KEY })
      const inputs = granting(names(2).join('\n'), secret)
      const result = await main({ ...inputs, 'cloudwatch-logs': 'deny' })
      expect(statusesOf(result)).toEqual(['shop-01: instrumented', full('shop-02')])
      expect(aws.lambda.get('shop-02')).toMatchObject({ writes: 0, invocations: 0 })
      expect(await coldStartError(aws, 'shop-01')).toBeUndefined()

      const removed = await main({ functions: 'shop-01', mode: 'remove' })
      expect(statusesOf(removed)).toEqual(['shop-01: removed'])
      expect(aws.iam.get('shop')).toEqual(role)
    })
  })
})

describe('`grant-secret-access` on one role', () => {
  test(
    '36 functions share one document, and all of them start',
    () =>
      inWorld(
        async ({ aws, main }) => {
          const all = names(MANY)
          const role = oneRole(aws, all)
          const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
          const written = await main(granting(all.join('\n'), secret))
          expect(statusesOf(written)).toEqual(all.map((name) => `${name}: written no-verifier`))
          expect(written.exitCode).toBe(0)
          expect(grantsOn(aws, 'shop').size).toBe(1)
          expect(aws.calls.count('PutRolePolicy')).toBe(1)

          const removed = await main({ functions: all.join('\n'), mode: 'remove' })
          expect(statusesOf(removed)).toEqual(all.map((name) => `${name}: removed`))
          expect(aws.iam.get('shop')).toEqual(role)
        },
        { quotas: { scale: 20 } },
      ),
    120_000,
  )

  test('without room for it all functions are blocked, and nothing is tried', () =>
    inWorld(async ({ aws, main }) => {
      const role = oneRole(aws, names(4), 200)
      const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
      const result = await main(granting(names(4).join('\n'), secret))
      expect(statusesOf(result)).toEqual(names(4).map(full))
      expect(aws.iam.get('shop')).toEqual(role)
      expect(aws.calls.count('PutRolePolicy')).toBe(0)
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))

  test('a right that is there already needs no room', () =>
    inWorld(async ({ aws, main }) => {
      const { arn: role } = oneRole(aws, names(1))
      const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
      await main(granting('shop-01', secret))
      const left = LIMIT - sizeOn(aws, 'shop')
      const padding = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::' }],
      })
      aws.iam.changeRoleAsSomebodyElse('shop', {
        putInline: { own: padding.replace(':::', `:::${'x'.repeat(left - padding.length)}`) },
      })
      aws.lambda.createFunction({ name: 'shop-02', role })
      expect(statusesOf(await main(granting('shop-02', secret)))).toEqual([
        'shop-02: written no-verifier',
      ])
    }))
})
