/** What roles cost: IAM is asked once for each role where something may go dark, and not at all where nothing can. */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { granting } from './secret-rights'
import { inStack } from './stack-world'
import { API_KEY, inWorld, statusesOf } from './world'

const NAMES = ['shop-1', 'shop-2', 'shop-3']

/** Three functions on one role, and one on a role of its own. */
function fourOnTwoRoles({ iam, lambda }: LocalAws): string {
  const { arn } = iam.createRole({
    name: 'shop',
    attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
  })
  for (const name of NAMES) lambda.createFunction({ name, role: arn })
  lambda.createFunction({ name: 'alone' })
  return [...NAMES, 'alone'].join('\n')
}

/** Names of the calls to IAM, in order. */
const iamCalls = ({ calls }: LocalAws) =>
  calls
    .all()
    .filter(({ service }) => service === 'iam')
    .map(({ operation }) => operation)

describe('a run that changes nothing, with `cloudwatch-logs: keep` and no secrets, makes no call to IAM', () => {
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['by name', {}, {}],
    ['by pattern', { functions: 'shop-*' }, { functions: 'shop-*' }],
    ['in `mode: verify`', {}, { mode: 'verify' }],
    ['in `mode: plan`', {}, { mode: 'plan' }],
  ])('%s', (_, given, again) =>
    inWorld(async ({ aws, main }) => {
      const inputs = { functions: fourOnTwoRoles(aws), ...given }
      expect((await main(inputs)).exitCode).toBe(0)
      aws.calls.clear()
      const second = await main({ ...inputs, ...again })
      expect(second.exitCode).toBe(0)
      expect(second.outputs['changed']).toBe('false')
      expect(iamCalls(aws)).toEqual([])
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }),
  )

  test('nor does one that proves arrival', () =>
    inStack(async ({ aws, main }) => {
      const inputs = { functions: fourOnTwoRoles(aws) }
      expect((await main(inputs)).exitCode).toBe(0)
      aws.calls.clear()
      const second = await main(inputs)
      expect(second.exitCode).toBe(0)
      expect(iamCalls(aws)).toEqual([])
    }))
})

describe('a first run', () => {
  test('asks the simulator once for each role, and IAM for nothing else', () =>
    inWorld(async ({ aws, main }) => {
      expect((await main({ functions: fourOnTwoRoles(aws) })).exitCode).toBe(0)
      expect(iamCalls(aws)).toEqual(['SimulatePrincipalPolicy', 'SimulatePrincipalPolicy'])
      const asked = aws.calls
        .of('SimulatePrincipalPolicy')
        .map(({ params }) => params['PolicySourceArn'])
      expect(asked.sort()).toEqual([aws.iam.get('alone-role').arn, aws.iam.get('shop').arn])
    }))

  test('writes its functions while IAM still thinks', () =>
    inWorld(async ({ aws, main }) => {
      const ms = 4_000
      aws.faults.add({
        operation: 'SimulatePrincipalPolicy',
        count: Infinity,
        fault: { kind: 'delay', ms },
      })
      expect((await main({ functions: fourOnTwoRoles(aws) })).exitCode).toBe(0)
      const [asked] = aws.calls.of('SimulatePrincipalPolicy')
      const written = aws.calls.of('UpdateFunctionConfiguration')
      expect(asked).toBeDefined()
      expect(written).toHaveLength(4)
      for (const { startedMs } of written) {
        expect(startedMs).toBeLessThan((asked?.startedMs ?? 0) + ms)
      }
    }))

  test('costs IAM the same for one function of a role as for twelve, rights to read secrets included', async () => {
    const costOf = async (count: number) => {
      let cost: readonly string[] = []
      await inWorld(
        async ({ aws, main }) => {
          const { arn } = aws.iam.createRole({ name: 'shop' })
          const all = Array.from({ length: count }, (_, i) => `shop-${String(i + 10)}`)
          for (const name of all) aws.lambda.createFunction({ name, role: arn, updateMs: 0 })
          const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
          const result = await main(granting(all.join('\n'), secret))
          expect(statusesOf(result)).toEqual(all.map((name) => `${name}: written no-verifier`))
          cost = iamCalls(aws)
        },
        { quotas: { scale: 20 } },
      )
      return [...cost].sort()
    }
    const alone = await costOf(1)
    expect(alone).toContain('PutRolePolicy')
    expect(await costOf(12)).toEqual(alone)
  })
})

test('a second run over functions whose secrets are granted asks each role at most once, and writes nothing', () =>
  inWorld(async ({ aws, main }) => {
    const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
    const inputs = granting(fourOnTwoRoles(aws), secret)
    expect((await main(inputs)).exitCode).toBe(0)
    aws.calls.clear()
    const second = await main(inputs)
    expect(second.exitCode).toBe(0)
    expect(second.outputs['changed']).toBe('false')
    expect(iamCalls(aws).length).toBeLessThanOrEqual(2)
    expect(aws.calls.count('PutRolePolicy')).toBe(0)
  }))
