/**
 * The variable `CLICKSTACK_LAMBDA`: what of a function's configuration is ours. It is written with the change, so
 * a deploy that overwrites the variables takes the claim away together with what it claims.
 *
 * Form: `v1;k=<variables>;l=<layers>`, items separated by commas, `~` for a leading `ROTEL_`, layers as
 * `account:name`; then `;f=Text` where we made the log format JSON. Compact, because it counts in Lambda's 4,096 bytes.
 */

export const MARKER = 'CLICKSTACK_LAMBDA'

export interface Ownership {
  /** Names of the variables that we set, without the marker itself. */
  readonly variables: readonly string[]
  /** `account:name` of the layers that we attached. */
  readonly layers: readonly string[]
  /** The log format that was there before we made it JSON. */
  readonly logFormat?: 'Text' | undefined
}

export const NOTHING_OWNED: Ownership = { variables: [], layers: [] }

/** The marker's value; `undefined` where nothing is ours and no marker is to be written. */
export function writeMarker(owned: Ownership): string | undefined {
  const { logFormat } = owned
  if (owned.variables.length === 0 && owned.layers.length === 0 && logFormat === undefined) {
    return undefined
  }
  const variables = [...owned.variables].sort().map((name) => name.replace(/^ROTEL_/, '~'))
  return `v1;k=${variables.join(',')};l=${[...owned.layers].sort().join(',')}${logFormat === undefined ? '' : `;f=${logFormat}`}`
}

/** What the marker says is ours; `unreadable` for a form that this version does not know. */
export function readMarker(value: string | undefined): Ownership | 'unreadable' {
  if (value === undefined) return NOTHING_OWNED
  const [, variables, layers, logFormat] =
    /^v1;k=([A-Za-z0-9_~,]*);l=([A-Za-z0-9_:,-]*)(;f=Text)?$/.exec(value) ?? []
  if (variables === undefined || layers === undefined) return 'unreadable'
  return {
    variables: items(variables).map((name) => name.replace(/^~/, 'ROTEL_')),
    layers: items(layers),
    ...(logFormat === undefined ? {} : { logFormat: 'Text' as const }),
  }
}

function items(list: string): string[] {
  return list.split(',').filter((item) => item !== '')
}
