/** From the inputs to the variables that Rotel reads. Source of OTLP's names: rotel v0.2.4, src/init/otlp_exporter.rs. */

import type { ClickHouseExport, ExportSettings, NameValue, OtlpExport } from './export-settings'
import type { FunctionArn, Variables } from '../lambda/lambda-function'
import { userInfo, writtenAndDecoded } from '../../model/user-info'
import { ACCOUNT_ATTRIBUTE, RESOURCE_ATTRIBUTES } from './account'
import { partsBesideReferences } from './secret-reference'

/** The variables that a function is to have, in the order in which they are shown. */
export function rotelVariables(
  settings: ExportSettings,
  { name: functionName, account }: Pick<FunctionArn, 'name' | 'account'>,
): Variables {
  const attributes: readonly NameValue[] = [
    ...(settings.serviceName === undefined
      ? []
      : [
          {
            name: 'service.name',
            value: settings.serviceName.replaceAll('{function}', functionName),
          },
        ]),
    ...settings.resourceAttributes,
    { name: ACCOUNT_ATTRIBUTE, value: account },
  ]
  return new Map([
    ...given('ROTEL_ENV_FILE', settings.envFile),
    ...(settings.exporter === 'otlp' ? otlpVariables(settings) : clickHouseVariables(settings)),
    ...keyValueList(RESOURCE_ATTRIBUTES, attributes),
    ...settings.environment.map(({ name, value }): [string, string] => [name, value]),
  ])
}

function otlpVariables({ endpoint, protocol, headers }: OtlpExport): [string, string][] {
  return [
    ...given('ROTEL_OTLP_EXPORTER_ENDPOINT', endpoint),
    // Written even where it is Rotel's default: a default may change, and Rotel never looks at the port.
    ...given('ROTEL_OTLP_EXPORTER_PROTOCOL', protocol),
    ...keyValueList('ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS', headers),
  ]
}

/** Source: rotel v0.2.4, src/init/clickhouse_exporter.rs. */
function clickHouseVariables(settings: ClickHouseExport): [string, string][] {
  return [
    ['ROTEL_EXPORTER', 'clickhouse'],
    ...given('ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT', settings.endpoint),
    // Rotel's own default is `otel`, where ClickStack has no tables.
    ['ROTEL_CLICKHOUSE_EXPORTER_DATABASE', settings.database],
    ['ROTEL_CLICKHOUSE_EXPORTER_TABLE_PREFIX', settings.tablePrefix],
    ['ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON', String(settings.json)],
    ...given('ROTEL_CLICKHOUSE_EXPORTER_USER', settings.user),
    ...given('ROTEL_CLICKHOUSE_EXPORTER_PASSWORD', settings.password),
  ]
}

function given(variable: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[variable, value]]
}

function keyValueList(variable: string, pairs: readonly NameValue[]): [string, string][] {
  if (pairs.length === 0) return []
  return [[variable, pairs.map(({ name, value }) => `${name}=${value}`).join(',')]]
}

/** Variables whose values a reader of the log may see, and needs to. */
const OPEN: ReadonlySet<string> = new Set([
  'ROTEL_OTLP_EXPORTER_ENDPOINT',
  'ROTEL_OTLP_EXPORTER_PROTOCOL',
  'ROTEL_OTEL_RESOURCE_ATTRIBUTES',
  'ROTEL_EXPORTER',
  'ROTEL_ENV_FILE',
  'ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT',
  'ROTEL_CLICKHOUSE_EXPORTER_DATABASE',
  'ROTEL_CLICKHOUSE_EXPORTER_TABLE_PREFIX',
  'ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON',
  'ROTEL_CLICKHOUSE_EXPORTER_USER',
  'CLICKSTACK_LAMBDA',
])

/**
 * What must not be shown of a function's variables: each value, its lines, for a log is read line by line, and the items
 * of Rotel's lists with their values, because Rotel quotes the single item that it cannot parse. Of a value with references
 * to secrets, what is beside them; of an address, user and password.
 */
export function secretParts(variables: Variables): string[] {
  return [...variables].flatMap(([name, value]) => {
    if (OPEN.has(name)) return name.endsWith('ENDPOINT') ? partsOfUserInfo(value) : []
    const parts = value.includes('\n') ? [value, ...value.split('\n')] : [value]
    if (!name.startsWith('ROTEL_')) return parts
    const beside = partsBesideReferences(value)
    const items = beside.flatMap((part) => part.split(','))
    const values = items.map((item) => item.slice(item.indexOf('=') + 1))
    return beside[0] === value
      ? [...parts, ...items, ...values]
      : values.filter((part) => !/^(bearer|basic|)$/i.test(part.trim()))
  })
}

/** The user alone is one only where there is no password: else it may be an everyday word. */
function partsOfUserInfo(value: string): readonly string[] {
  const info = userInfo(value)
  if (info === undefined) return []
  return [info.together, ...(info.password === undefined ? [] : [info.password])].flatMap(
    writtenAndDecoded,
  )
}
