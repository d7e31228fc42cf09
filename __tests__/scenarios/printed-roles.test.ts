/** Policies of docs/permissions.md that no mode needs: what execution roles read, and the Deny of other layers. */

import { describe, expect, test } from '@jest/globals'
import { decidedBy } from '../../local/aws/iam/evaluation'
import type { Policy } from '../../scripts/printed-policies'
import { type CallerRequest, permitOfJudge, refusalOfJudge } from './judged-caller'
import { policiesUnder } from './printed-policies'
import { inWorld, ROTEL_ARM, ROTEL_X86, statusesOf, type World } from './world'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555'

/** Both evaluators. */
async function expectAllowed(policies: readonly Policy[], request: CallerRequest): Promise<void> {
  expect([request, local(policies, request)]).toEqual([request, 'allowed'])
  expect(await refusalOfJudge(policies, request)).toBeUndefined()
}

async function expectRefused(policies: readonly Policy[], request: CallerRequest): Promise<void> {
  expect([request, local(policies, request)]).not.toEqual([request, 'allowed'])
  expect(await permitOfJudge(policies, request)).toBeUndefined()
}

const local = (policies: readonly Policy[], { action, resource, context }: CallerRequest) =>
  decidedBy(policies, action, resource, context)

const call = (action: string, resource: string, context: CallerRequest['context'] = {}) => ({
  action,
  resource,
  context,
})

describe('the policy for execution roles', () => {
  const [printed] = policiesUnder('The execution roles')
  if (printed === undefined) throw new Error('it is not printed')

  /** A secret and a parameter as the page names them, both encrypted with a key of the account. */
  function store({ secrets, parameters }: World['aws']) {
    const key = secrets.create({
      name: 'clickstack',
      suffix: 'AbCdEf',
      value: 'canary-api-key-0d9f',
      kmsKeyId: KEY,
    })
    const name = '/clickstack/ingestion-key'
    const team = parameters.create({ name, value: 'shop', kmsKeyId: KEY })
    return { functions: 'shop-orders', 'api-key': key, headers: `x-team=${team}` }
  }

  test('is what `grant-secret-access` writes, and Rotel runs with it', () =>
    inWorld(async ({ aws, main }) => {
      const role = aws.iam.createRole({ name: 'shop-role', attached: [BASIC] }).arn
      aws.lambda.createFunction({ name: 'shop-orders', role })
      const result = await main({ ...store(aws), 'grant-secret-access': 'true' })
      expect(statusesOf(result)).toEqual(['shop-orders: written no-verifier'])
      const written = Object.values(aws.iam.get('shop-role').inline).map(
        (document): unknown => JSON.parse(document) as unknown,
      )
      expect(written).toEqual([printed])
    }))

  test.each(printed.Statement.map((statement) => [statement.Sid, statement] as const))(
    'is needed with %s: both evaluators allow the call, and refuse it without',
    async (_, statement) => {
      const rest = printed.Statement.filter((other) => other !== statement)
      const request = call([statement.Action].flat().join(), [statement.Resource].flat().join())
      await expectAllowed([printed], request)
      await expectRefused([{ ...printed, Statement: rest }], request)
      await inWorld(async ({ aws, main }) => {
        const inline = { reads: { ...printed, Statement: rest } }
        const role = aws.iam.createRole({ name: 'shop-role', attached: [BASIC], inline }).arn
        aws.lambda.createFunction({ name: 'shop-orders', role })
        const result = await main(store(aws))
        expect(statusesOf(result)).toEqual(['shop-orders: blocked secret-not-readable'])
        expect(result.summary).toContain(request.action)
      })
    },
  )

  test.each([
    ['secretsmanager:GetSecretValue', 'secretsmanager:us-east-1:123456789012:secret:theirs-AbCdEf'],
    [
      'secretsmanager:PutSecretValue',
      'secretsmanager:us-east-1:123456789012:secret:clickstack-AbCdEf',
    ],
    ['ssm:GetParameters', 'ssm:us-east-1:123456789012:parameter/clickstack/other'],
    ['kms:Decrypt', 'kms:us-east-1:123456789012:key/22222222-2222-3333-4444-555555555555'],
    ['kms:Encrypt', KEY.replace('arn:aws:', '')],
  ])('does not allow %s on %s', (action, resource) =>
    expectRefused([printed], call(action, `arn:aws:${resource}`)),
  )
})

describe('the Deny of other layers', () => {
  const [apply, deny] = policiesUnder('apply')
  if (apply === undefined || deny === undefined) throw new Error('it is not printed')
  const own = 'arn:aws:lambda:us-east-1:123456789012:layer:shared:1'
  const foreign = 'arn:aws:lambda:us-east-1:999999999999:layer:rotel-extension-amd64:7'
  const elsewhere = 'arn:aws:lambda:eu-west-1:123456789012:layer:shared:1'
  const update = (...layers: readonly string[]) =>
    call(
      'lambda:UpdateFunctionConfiguration',
      'arn:aws:lambda:us-east-1:123456789012:function:shop-orders',
      layers.length === 0 ? {} : { 'lambda:Layer': layers },
    )

  test.each([[[]], [[ROTEL_X86]], [[ROTEL_ARM, own]]])(
    'lets an update with the layers %j pass',
    (layers) => expectAllowed([apply, deny], update(...layers)),
  )

  test.each([
    [[foreign]],
    [[ROTEL_X86, foreign]],
    [[own, foreign, ROTEL_X86]],
    [[ROTEL_X86, elsewhere]],
  ])('refuses an update with the layers %j, which `apply` alone allows', async (layers) => {
    await expectAllowed([apply], update(...layers))
    await expectRefused([apply, deny], update(...layers))
  })
})
