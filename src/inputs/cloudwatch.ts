/** What happens to CloudWatch Logs once arrival is proven: `cloudwatch-logs` and what goes with it. */

import { boolean, choice, integer } from './choices'
import type { InputReader } from './input-reader'
import { isManagedByAws, parsePolicyArn } from '../systems/iam/policy-arn'
import type { LogsWish } from '../pipeline/disable-logs/settings'
import type { Verifier } from '../pipeline/verify/settings'

/**
 * @param verifier `undefined`: nothing is proven in this mode
 * @param policyArn what `deny-policy-arn` names
 */
export function parseCloudWatch(
  inputs: InputReader,
  verifier: Verifier | undefined,
  policyArn: string | undefined,
): LogsWish {
  const kind = choice(inputs, 'cloudwatch-logs', { allowed: ['keep', 'deny', 'remove'] })
  const settings = {
    allowSharedRole: boolean(inputs, 'allow-shared-role'),
    acceptLogLoss: boolean(inputs, 'accept-log-loss'),
    acceptDrift: boolean(inputs, 'accept-drift'),
    quietMs: integer(inputs, 'cloudwatch-quiet', { least: 1, most: 600, suffix: 's' }) * 1000,
    pricePerGb: parsePrice(inputs),
  }
  if (kind === 'remove' && policyArn !== undefined) {
    inputs.problem(
      'deny-policy-arn',
      '`deny-policy-arn` goes with `cloudwatch-logs: deny` only. Leave one of the two out.',
    )
  }
  if (kind === 'keep') return { kind }
  if (verifier?.kind === 'none') {
    inputs.problem(
      'cloudwatch-logs',
      `\`cloudwatch-logs: ${kind}\` needs a verifier: nothing is cut that was not proven to arrive elsewhere. Configure one (\`clickhouse-url\`, or \`hyperdx-url\` with \`hyperdx-api-key\`), or say \`cloudwatch-logs: keep\`.`,
    )
  }
  if (inputs.read('smoke-test').trim() === 'never') {
    inputs.problem(
      'cloudwatch-logs',
      `\`cloudwatch-logs: ${kind}\` needs invocations: without one, that nothing is written to CloudWatch proves nothing. Say \`smoke-test: always\` or \`changed\`.`,
    )
  }
  return {
    kind: 'disable',
    ...settings,
    limitMs: integer(inputs, 'verify-timeout', { least: 1, most: 3600, suffix: 's' }) * 1000,
    strategy: kind === 'deny' ? { kind, policyArn } : { kind },
  }
}

export function parseDenyPolicy(inputs: InputReader): string | undefined {
  const arn = inputs.read('deny-policy-arn').trim()
  if (arn === '') return undefined
  const policy = parsePolicyArn(arn)
  if (policy === undefined || isManagedByAws(policy)) {
    inputs.problem(
      'deny-policy-arn',
      `\`deny-policy-arn\` is ${inputs.show(arn)}. Give the ARN of a managed policy of your account, such as \`arn:aws:iam::123456789012:policy/deny-cloudwatch-logs\`.`,
    )
  }
  return arn
}

export function parseRestorePath(inputs: InputReader): string | undefined {
  const path = inputs.read('restore-file').trim()
  return path === '' ? undefined : path
}

function parsePrice(inputs: InputReader): number {
  const given = inputs.read('cloudwatch-price').trim()
  const price = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN
  if (price >= 0 && price <= 100) return price
  inputs.problem(
    'cloudwatch-price',
    `\`cloudwatch-price\` is ${inputs.show(given)}. Give US dollars for each GB, from 0 to 100, such as \`0.50\`.`,
  )
  return 0
}
