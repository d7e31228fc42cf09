/** The account, the addresses and the values that the workflows of README.md and docs/ speak of, on the local stack. */

import { readFileSync } from 'node:fs'
import type { LocalAws } from '../../local/aws/local-aws'
import type { LocalStack } from '../../local/stack'
import { policiesBelow } from '../../scripts/printed-policies'
import { deployed } from '../contract/role-template'

const REGION = 'eu-west-1'
export const KEY = 'canary-ingestion-5b8e'
export const VERIFIER = { name: 'verifier', password: 'canary-clickhouse-91aa' }
export const WRITER = { name: 'rotel', password: 'canary-writer-2e7d' }
/** What the pages match with `shop-*`. */
export const SHOP = ['shop-cart', 'shop-mailer', 'shop-orders']

const page = readFileSync('docs/permissions.md', 'utf8')
const template = readFileSync('docs/templates/roles.yml', 'utf8')
const PARAMETERS = { Repository: 'example/shop', Functions: '*', Roles: '*' }
const ROLES: Readonly<Record<string, string>> = {
  '${{ vars.AWS_ROLE }}': 'ApplyRole',
  '${{ vars.AWS_VERIFY_ROLE }}': 'VerifyRole',
  '${{ vars.AWS_READ_ONLY_ROLE }}': 'PlanRole',
  'arn:aws:iam::${{ matrix.account }}:role/clickstack-lambda-apply': 'ApplyRole',
}

/**
 * What the template allows the role of `role-to-assume`. Throws for a role that it does not create.
 * @param told the page: features of the template are enabled that it names, as `PublishAlias=true`
 */
export function policiesOf(
  roleToAssume: string,
  account: string,
  told: string,
): readonly unknown[] {
  const features = [...told.matchAll(/\b([A-Z]\w+)=true\b/g)].map(([, name = '']) => [name, 'true'])
  const parameters = { ...PARAMETERS, ...(Object.fromEntries(features) as Values) }
  const role = deployed(template, parameters, account).get(ROLES[roleToAssume] ?? '')
  if (role === undefined) throw new Error(`the template has no role for ${roleToAssume}`)
  return role.policies.map(({ document }) => document)
}

/** An account as the pages describe it. */
export interface Shop {
  readonly aws: LocalAws
  readonly stack: LocalStack
  readonly secretArn: string
}

const WRITES_LOGS = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'

/** @param mayRead whether the execution roles have the policy that the page prints for them */
export async function openShop(
  stack: LocalStack,
  account: string,
  mayRead: boolean,
): Promise<Shop> {
  const aws = await stack.anotherAccount(account, { region: REGION })
  const secretArn = aws.secrets.create({ name: 'clickstack', value: KEY, region: REGION })
  aws.parameters.create({ name: '/clickstack/team', value: 'shop', region: REGION })
  const parameter = { name: '/clickstack/ingestion-key', value: KEY, region: REGION }
  const parameterArn = aws.parameters.create(parameter)
  const [reads] = policiesBelow(page, 'The execution roles')
  const inline = JSON.parse(
    JSON.stringify(reads)
      .replace(/arn:aws:secretsmanager:[^"]+/, secretArn)
      .replace(/arn:aws:ssm:[^"]+/, parameterArn),
  ) as { Version: string; Statement: [] }
  for (const name of ['orders', 'cart', ...SHOP]) {
    const role = aws.iam.createRole({
      name: `${name}-role`,
      attached: [WRITES_LOGS],
      ...(mayRead && { inline: { secrets: inline } }),
    })
    aws.lambda.createFunction({
      name,
      role: role.arn,
      region: REGION,
      handler: { logs: ['one order more'] },
    })
  }
  return { aws, stack, secretArn }
}

/** The addresses and ARNs that the pages print stand for those of the stack. */
export function inStack(text: string, { stack, secretArn }: Shop): string {
  const { clickStack } = stack
  return text
    .replaceAll(/https?:\/\/clickstack(\.internal)?\.example\.com:4317/g, clickStack.grpcEndpoint)
    .replaceAll(
      /https:\/\/(clickhouse\.example\.com|abc123[\w.-]+):8443/g,
      clickStack.clickHouseUrl,
    )
    .replaceAll(/arn:aws:secretsmanager:[^\s#]+:secret:clickstack-AbCdEf/g, secretArn)
}

export type Values = Readonly<Record<string, string>>

/** Expressions as far as the pages use them in inputs: a value, or the first of several that is not empty. */
export function evaluated(text: string, values: Values): string {
  return text.replace(/\$\{\{ (.*?) \}\}/g, (whole, expression: string) => {
    const operands = expression.split(' || ').map((operand) => {
      const [, literal] = /^'(.*)'$/.exec(operand) ?? []
      const value = literal ?? values[operand]
      if (value === undefined) throw new Error(`${whole} has no value here`)
      return value
    })
    return operands.find((value) => value !== '') ?? ''
  })
}

/** A copy of the layer, as the page tells to make it. @returns its hash */
function copiedLayer({ lambda: { layers } }: LocalAws, architecture: 'x86_64' | 'arm64'): string {
  const arch = architecture === 'arm64' ? 'arm64' : 'amd64'
  const arn = layers.publish({
    name: `rotel-extension-${arch}`,
    region: REGION,
    version: 1,
    extension: { kind: 'rotel', architecture },
  })
  return layers.codeSha256(arn)
}

export function valuesOf({ aws, stack, secretArn }: Shop): Values {
  const { clickStack } = stack
  return {
    'secrets.CLICKHOUSE_PASSWORD': VERIFIER.password,
    'secrets.CLICKHOUSE_WRITER_PASSWORD': WRITER.password,
    'vars.CLICKSTACK_ENDPOINT': stack.inputs['endpoint'] ?? '',
    'vars.CLICKSTACK_KEY_ARN': secretArn,
    'vars.CLICKHOUSE_URL': clickStack.clickHouseUrl,
    'vars.ROTEL_AMD64_SHA256': copiedLayer(aws, 'x86_64'),
    'vars.ROTEL_ARM64_SHA256': copiedLayer(aws, 'arm64'),
    'inputs.environment': '',
  }
}
