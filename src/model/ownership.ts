/**
 * The variable `CLICKSTACK_LAMBDA`: what of a function's configuration is ours. It is written with the change, so
 * a deploy that overwrites the variables takes the claim away together with what it claims.
 *
 * Form: `v1;k=<variables>;l=<layers>`, items separated by commas, `~` for a leading `ROTEL_`, layers as
 * `account:name`; then `;f=Text` where we made the log format JSON, `;i=<layer>` for the auto-instrumentation layer,
 * `;w=<wrapper>` for the user's own wrapper that ours replaces,
 * `;c=remove` where we removed the permissions to write to CloudWatch Logs from the role. Compact, because it counts in
 * Lambda's 4,096 bytes.
 */

export const MARKER = 'CLICKSTACK_LAMBDA'

export interface Ownership {
  /** Names of the variables that we set, without the marker itself. */
  readonly variables: readonly string[]
  /** `account:name` of the layers that we attached. */
  readonly layers: readonly string[]
  /** The log format that was there before we made it JSON. */
  readonly logFormat?: 'Text' | undefined
  /** `account:name` of the auto-instrumentation layer that we attached. */
  readonly instrumentation?: string | undefined
  /** The user's AWS_LAMBDA_EXEC_WRAPPER that ours replaces: it is restored when ours is removed. */
  readonly replacedWrapper?: string | undefined
  /** Permissions to write to CloudWatch Logs were removed from the role: `remove` restores them. */
  readonly logs?: 'remove' | undefined
}

const FORM =
  /^v1;k=([A-Za-z0-9_~,]*);l=([A-Za-z0-9_:,-]*)(;f=Text)?(?:;i=(\d{12}:[A-Za-z0-9_-]+))?(?:;w=((?:[A-Za-z0-9_./-]|%[0-9a-f]{4})*))?(;c=remove)?$/

export const NOTHING_OWNED: Ownership = { variables: [], layers: [] }

/** The marker's value; `undefined` where nothing is ours and no marker is to be written. */
export function writeMarker(owned: Ownership): string | undefined {
  const { logFormat, instrumentation, replacedWrapper, logs } = owned
  if (
    owned.variables.length === 0 &&
    owned.layers.length === 0 &&
    logFormat === undefined &&
    instrumentation === undefined
  ) {
    return undefined
  }
  const variables = [...owned.variables].sort().map((name) => name.replace(/^ROTEL_/, '~'))
  const more = [
    ...(logFormat === undefined ? [] : [`;f=${logFormat}`]),
    ...(instrumentation === undefined ? [] : [`;i=${instrumentation}`]),
    ...(replacedWrapper === undefined ? [] : [`;w=${escaped(replacedWrapper)}`]),
    ...(logs === undefined ? [] : [`;c=${logs}`]),
  ]
  return `v1;k=${variables.join(',')};l=${[...owned.layers].sort().join(',')}${more.join('')}`
}

/** What the marker names as ours; `unreadable` for a form that this version does not know. */
export function readMarker(value: string | undefined): Ownership | 'unreadable' {
  if (value === undefined) return NOTHING_OWNED
  const [, variables, layers, logFormat, instrumentation, replacedWrapper, logs] =
    FORM.exec(value) ?? []
  if (variables === undefined || layers === undefined) return 'unreadable'
  return {
    variables: items(variables).map((name) => name.replace(/^~/, 'ROTEL_')),
    layers: items(layers),
    ...(logFormat === undefined ? {} : { logFormat: 'Text' as const }),
    ...(instrumentation === undefined ? {} : { instrumentation }),
    ...(replacedWrapper === undefined ? {} : { replacedWrapper: unescaped(replacedWrapper) }),
    ...(logs === undefined ? {} : { logs: 'remove' as const }),
  }
}

/** A path stays as it is; any other character of a wrapper that never was one becomes `%` and its four hexadecimal digits. */
function escaped(wrapper: string): string {
  return wrapper.replace(
    /[^A-Za-z0-9_./-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{4})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}

function items(list: string): string[] {
  return list.split(',').filter((item) => item !== '')
}
