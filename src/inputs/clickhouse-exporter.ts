/** `exporter: clickhouse`: where Rotel writes to ClickHouse itself, and as whom. */

import { doubtInVariable, faultInEndpointScheme, faultInVariable } from '../systems/rotel/values'
import { parseUrl } from '../model/url'
import { readSecretValue, referencesIn } from '../systems/rotel/secret-reference'
import { booleanOrAuto } from './choices'
import { inputDefaults, type InputName } from './defaults'
import type { InputReader } from './input-reader'
import type { ClickHouseChoice } from '../pipeline/plan/wanted'
import type { Verifier } from '../pipeline/verify/settings'
import { isPublicHost } from './public-host'

type ClickHouseSettings = Omit<
  ClickHouseChoice,
  'serviceName' | 'resourceAttributes' | 'environment' | 'envFile'
>

/** Inputs of the other exporter, and why they cannot be used here. */
const OF_OTLP: Readonly<Partial<Record<InputName, string>>> = {
  protocol: 'Rotel reaches ClickHouse only by its HTTP interface',
  'api-key':
    'that is the key of ClickStack’s collector; ClickHouse takes `exporter-user` and `exporter-password`',
  'api-key-scheme': 'it is about the key of ClickStack’s collector',
  headers: 'Rotel does not send them to ClickHouse',
}

/** Inputs of this exporter alone. */
const OF_CLICKHOUSE: readonly InputName[] = [
  'exporter-database',
  'exporter-table-prefix',
  'exporter-json',
  'exporter-user',
  'exporter-password',
]

export function parseClickHouseExporter(inputs: InputReader): ClickHouseSettings {
  for (const [name, why] of Object.entries(OF_OTLP) as [InputName, string][]) {
    if (inputs.read(name).trim() === inputDefaults[name]) continue
    inputs.problem(name, `\`${name}\` cannot be used with \`exporter: clickhouse\`: ${why}.`)
  }
  return {
    exporter: 'clickhouse',
    endpoint: parseClickHouseEndpoint(inputs),
    database: parseName(inputs, 'exporter-database'),
    tablePrefix: parseName(inputs, 'exporter-table-prefix'),
    json: booleanOrAuto(inputs, 'exporter-json'),
    ...parseUser(inputs),
  }
}

/** With `exporter: otlp` they would be believed and have no effect. */
export function refuseClickHouseInputs(inputs: InputReader): void {
  for (const name of OF_CLICKHOUSE) {
    if (inputs.read(name).trim().toLowerCase() === inputDefaults[name]) continue
    inputs.problem(name, `\`${name}\` works only with \`exporter: clickhouse\`. Leave it out.`)
  }
}

/** Where the verifier looks elsewhere, nothing that Rotel writes would be found. */
export function warnOfOtherTables(
  inputs: InputReader,
  { database }: ClickHouseChoice,
  verifier: Verifier,
): void {
  if (verifier.kind === 'clickhouse' && verifier.database !== database) {
    inputs.warn(
      `\`clickhouse-database\` is ${inputs.show(verifier.database)}, and \`exporter-database\` is ${inputs.show(database)}: the verifier reads another database than the functions write to, and would find nothing.`,
    )
  }
}

/** Rotel clears the query and keeps the path (rotel, src/exporters/clickhouse/api_request.rs). */
function parseClickHouseEndpoint(inputs: InputReader): string | undefined {
  const endpoint = inputs.read('endpoint').trim()
  if (endpoint === '' && inputs.read('rotel-env-file').trim() !== '') return undefined
  const url = parseUrl(endpoint)
  const fault =
    endpoint === ''
      ? 'is missing'
      : /[\s'",\\\p{Cc}]|[^\x20-\x7e]/u.test(endpoint)
        ? 'contains a space, a quote, a comma, a backslash or a character outside ASCII'
        : (faultInEndpointScheme(endpoint) ??
          (url === undefined || url.port === '0'
            ? 'is not a URL'
            : endpoint.includes('@')
              ? 'contains a user name or password: set `exporter-user` and `exporter-password`'
              : /[?#]/.test(endpoint)
                ? 'has a query or a fragment, which Rotel discards'
                : undefined))
  if (fault !== undefined || url === undefined) {
    inputs.problem(
      'endpoint',
      `\`endpoint\` ${fault ?? 'is not a URL'}. With \`exporter: clickhouse\` set ClickHouse’s HTTP interface, such as \`https://clickhouse.example.com:8443\`.`,
    )
    return endpoint
  }
  const other = OTHER_PORTS[url.port]
  if (other !== undefined) {
    inputs.problem(
      'endpoint',
      `\`endpoint\` has port ${url.port}, which is ${other}. \`exporter: clickhouse\` needs ClickHouse’s HTTP interface: 8123, or 8443 with TLS.`,
    )
  }
  if (url.protocol === 'http:' && isPublicHost(url.hostname)) {
    inputs.warn(
      `\`endpoint\` is \`http://\` on the host ${inputs.show(url.hostname)}, which looks public: the password and all telemetry travel in clear text. Use \`https://\`.`,
    )
  }
  return endpoint
}

const OTHER_PORTS: Readonly<Record<string, string>> = {
  '4317': 'OTLP’s port for gRPC',
  '4318': 'OTLP’s port for HTTP',
  '9000': 'ClickHouse’s native protocol',
  '9440': 'ClickHouse’s native protocol with TLS',
}

/** Rotel puts both into its statements as they are, unquoted (rotel, src/exporters/clickhouse/describe_table.rs). */
function parseName(
  inputs: InputReader,
  name: 'exporter-database' | 'exporter-table-prefix',
): string {
  const given = inputs.read(name).trim()
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(given)) {
    inputs.problem(
      name,
      `\`${name}\` is ${inputs.show(given)}. Use letters, digits and \`_\`, without a digit first: Rotel does not quote names.`,
    )
  }
  return given
}

function parseUser(inputs: InputReader): Pick<ClickHouseSettings, 'user' | 'password'> {
  const user = parseCredential(inputs, 'exporter-user')
  const password = parseCredential(inputs, 'exporter-password')
  if (password !== undefined && user === undefined) {
    inputs.problem(
      'exporter-user',
      '`exporter-user` is missing: Rotel would send `exporter-password` without a user, which ClickHouse refuses.',
    )
  }
  if (password !== undefined && referencesIn([['ROTEL_', password]]).length === 0) {
    inputs.warn(
      '`exporter-password` is stored in plain text in the functions’ variables. Better: a reference to a secret in Secrets Manager or to a parameter in Parameter Store, such as `${arn:aws:secretsmanager:…}`.',
    )
  }
  return { user, password }
}

/** In the form that Rotel resolves, where it is a reference. Both go into headers (rotel, api_request.rs). */
function parseCredential(
  inputs: InputReader,
  name: 'exporter-user' | 'exporter-password',
): string | undefined {
  const given = inputs.read(name)
  if (given === '') return undefined
  const value = readSecretValue(given)
  if ('problem' in value) {
    inputs.problem(name, `\`${name}\` ${value.problem}.`)
    return given
  }
  const fault = faultInVariable(value.written)
  const doubt = doubtInVariable(value.written)
  if (fault !== undefined) inputs.problem(name, `\`${name}\` ${fault}.`)
  else if (doubt !== undefined) inputs.warn(`\`${name}\` ${doubt}.`)
  return value.written
}
