/** How the arrival of telemetry is proven: `verify` and what goes with it. */

import { boolean, choice, integer } from './choices'
import { parseUrl } from '../model/url'
import { inputDefaults, type InputName } from './defaults'
import type { InputReader } from './input-reader'
import type { Mode } from '../model/mode'
import {
  type AskedProof,
  type ProofSettings,
  type Verifier,
  VERIFY_LEVELS,
} from '../pipeline/verify/settings'
import { isPublicHost } from './public-host'
import { withoutTrailing } from '../model/text-end'

const VERIFY = ['auto', 'clickhouse', 'hyperdx', 'none'] as const

export interface ProofInputs {
  readonly verifier: Verifier
  /** What `apply` with these inputs proves, also where nothing tells by which verifier; `undefined`: nothing. */
  readonly asked: AskedProof | undefined
}

export function parseProof(inputs: InputReader, mode: Mode): ProofInputs {
  const chosen = choice(inputs, 'verify', { allowed: VERIFY })
  const settings = parseProofSettings(inputs)
  return {
    verifier: parseVerifier(inputs, mode, chosen, settings),
    // Without a verifier `apply` needs `verify: none`.
    asked: chosen === 'none' ? undefined : settings,
  }
}

/** In `plan` and `remove` nothing has to arrive, so nothing has to be set up. */
function parseVerifier(
  inputs: InputReader,
  mode: Mode,
  chosen: (typeof VERIFY)[number],
  settings: ProofSettings,
): Verifier {
  const none: Verifier = { kind: 'none' }
  if (mode === 'plan' || mode === 'remove') return none

  const given = (name: InputName) => inputs.read(name).trim() !== ''
  const hyperDxIsComplete = given('hyperdx-url') && given('hyperdx-api-key')
  const automatic = given('clickhouse-url')
    ? 'clickhouse'
    : hyperDxIsComplete
      ? 'hyperdx'
      : undefined
  const kind = chosen === 'auto' ? automatic : chosen
  switch (kind) {
    case 'none':
      if (given('clickhouse-url') || given('hyperdx-api-key')) {
        inputs.warn('`verify: none` is set, so the verifier that is configured is not used.')
      }
      return none
    case 'clickhouse':
      return { kind, ...parseClickHouse(inputs), ...settings }
    case 'hyperdx':
      for (const name of ['hyperdx-url', 'hyperdx-api-key'] as const) {
        if (!given(name))
          inputs.problem(name, `\`${name}\` is missing, which \`verify: hyperdx\` needs.`)
      }
      if (isManaged(settings.hyperDxUrl)) {
        inputs.problem(
          'hyperdx-url',
          '`hyperdx-url` is ClickHouse’s managed service (ClickHouse Observability, managed ClickStack), which does not have HyperDX’s API. Prove arrival with `clickhouse-url`, the HTTPS address of your ClickHouse Cloud service.',
        )
      }
      return { kind, apiKey: inputs.read('hyperdx-api-key').trim(), ...settings }
    case undefined:
      inputs.problem(
        'verify',
        '`verify` is `auto`, and no verifier is configured. Set `clickhouse-url`, or `hyperdx-url` with `hyperdx-api-key`, or set `verify: none`: nothing is proven then, and functions end as `written`.',
      )
      return none
  }
}

function parseProofSettings(inputs: InputReader): ProofSettings {
  return {
    level: choice(inputs, 'verify-level', { allowed: VERIFY_LEVELS }),
    timeoutMs: integer(inputs, 'verify-timeout', { least: 1, most: 3600, suffix: 's' }) * 1000,
    traces: boolean(inputs, 'verify-traces'),
    onNoTraffic: choice(inputs, 'on-no-traffic', { allowed: ['fail', 'keep'] }),
    hyperDxUrl: parseServer(inputs, 'hyperdx-url'),
    hyperDxSource: parseSource(inputs),
  }
}

/** Empty: `auto`. */
function parseSource(inputs: InputReader): string {
  const source = inputs.read('hyperdx-source').trim()
  if (source === '' || source.toLowerCase() === 'auto') return ''
  if (inputs.read('hyperdx-url').trim() === '') {
    inputs.problem('hyperdx-source', '`hyperdx-source` works only with `hyperdx-url`.')
  }
  return source
}

/** By the domains of ClickHouse Cloud. */
function isManaged(url: string): boolean {
  return url !== '' && /(^|\.)clickhouse\.(cloud|com)$/.test(new URL(url).hostname)
}

function parseClickHouse(inputs: InputReader) {
  const url = parseServer(inputs, 'clickhouse-url')
  if (inputs.read('clickhouse-url').trim() === '') {
    inputs.problem(
      'clickhouse-url',
      '`clickhouse-url` is missing, which `verify: clickhouse` needs.',
    )
  }
  const database = inputs.read('clickhouse-database').trim()
  return {
    url,
    user: inputs.read('clickhouse-user').trim() || 'default',
    password: inputs.read('clickhouse-password'),
    database,
    tablePrefix: tablePrefix(inputs),
    apiKey: inputs.read('hyperdx-api-key').trim(),
  }
}

/** The verifier reads the tables that the exporter writes to. */
function tablePrefix(inputs: InputReader): string {
  return inputs.read('exporter').trim() === 'clickhouse'
    ? inputs.read('exporter-table-prefix').trim()
    : inputDefaults['exporter-table-prefix']
}

/** The base URL of a server, without a slash at its end; empty when unset. */
function parseServer(inputs: InputReader, name: 'clickhouse-url' | 'hyperdx-url'): string {
  const given = inputs.read(name).trim()
  if (given === '') return ''
  const url = parseUrl(given)
  const fault =
    url === undefined || !/^https?:$/.test(url.protocol)
      ? 'is not a URL with http:// or https://'
      : given.includes('@')
        ? 'contains a user name or password: set those by inputs of their own'
        : /[?#]/.test(given)
          ? 'has a query or a fragment'
          : undefined
  if (fault !== undefined || url === undefined) {
    inputs.problem(
      name,
      `\`${name}\` ${fault ?? 'is not a URL'}. Set it in the form \`https://clickhouse.example.com:8443\`.`,
    )
    return ''
  }
  if (url.protocol === 'http:' && isPublicHost(url.hostname)) {
    inputs.warn(
      `\`${name}\` is \`http://\` on a host that looks public: credentials travel in clear text.`,
    )
  }
  return withoutTrailing(given, '/')
}
