/** What happens to CloudWatch Logs once arrival is proven: `cloudwatch-logs` and what goes with it. */

import type { Risk } from './accept'
import { choice, integer } from './choices'
import type { InputReader } from './input-reader'
import type { Mode } from '../model/mode'
import { isManagedByAws, parsePolicyArn } from '../systems/iam/policy-arn'
import type { LogsWish } from '../pipeline/disable-logs/settings'
import type { Verifier } from '../pipeline/verify/settings'

export interface CloudWatchContext {
  /** `undefined`: nothing is proven in this mode. */
  readonly verifier: Verifier | undefined
  /** What `deny-policy-arn` names. */
  readonly policyArn: string | undefined
  readonly accepted: ReadonlySet<Risk>
}

/** What is asked for about CloudWatch Logs; refuses to disable them where nothing would prove it. */
export function parseCloudWatch(
  inputs: InputReader,
  { verifier, policyArn, accepted }: CloudWatchContext,
): LogsWish {
  const kind = choice(inputs, 'cloudwatch-logs', { allowed: ['keep', 'deny', 'remove'] })
  const settings = {
    acceptSharedRole: accepted.has('shared-role'),
    acceptLogLoss: accepted.has('log-loss'),
    acceptDrift: accepted.has('drift'),
    quietMs: integer(inputs, 'cloudwatch-quiet', { least: 1, most: 600, suffix: 's' }) * 1000,
    pricePerGb: parsePrice(inputs),
  }
  if (kind === 'remove' && policyArn !== undefined) {
    inputs.problem(
      'deny-policy-arn',
      '`deny-policy-arn` works only with `cloudwatch-logs: deny`. Leave it out.',
    )
  }
  if (kind === 'keep') return { kind }
  if (verifier?.kind === 'none') {
    inputs.problem(
      'cloudwatch-logs',
      `\`cloudwatch-logs: ${kind}\` needs a verifier: CloudWatch Logs are disabled only where telemetry is proven to arrive in ClickStack. Configure one (\`clickhouse-url\`, or \`hyperdx-url\` with \`hyperdx-api-key\`), or set \`cloudwatch-logs: keep\`.`,
    )
  }
  if (inputs.read('smoke-test').trim() === 'never') {
    inputs.problem(
      'cloudwatch-logs',
      `\`cloudwatch-logs: ${kind}\` needs invocations: without them, an empty log group proves nothing. Set \`smoke-test: always\` or \`changed\`.`,
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
      `\`deny-policy-arn\` is ${inputs.show(arn)}. Set the ARN of a managed policy of your account, such as \`arn:aws:iam::123456789012:policy/deny-cloudwatch-logs\`.`,
    )
  }
  return arn
}

/** A workflow may have one list of inputs for all modes, so that elsewhere the file is no mistake. */
export function warnOfRestorePath(inputs: InputReader, mode: Mode): void {
  if (mode === 'remove' || parseRestorePath(inputs) === undefined) return
  inputs.warn(
    `\`restore-file\` has no effect in \`mode: ${mode}\`: only \`mode: remove\` restores from it.`,
  )
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
    `\`cloudwatch-price\` is ${inputs.show(given)}. Set US dollars for each GB, from 0 to 100, such as \`0.50\`.`,
  )
  return 0
}
