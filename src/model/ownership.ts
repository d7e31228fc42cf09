/**
 * The variable `CLICKSTACK_LAMBDA`: what of a function's configuration is ours. It is written with the change, so
 * a deploy that overwrites the variables takes the claim away together with what it claims.
 *
 * Form: `v1;k=<variables>;l=<layers>`, items separated by commas, `~` for a leading `ROTEL_`, layers as
 * `account:name`; then `;f=Text` where we made the log format JSON, `;i=<layer>` for the auto-instrumentation layer,
 * `;w=<wrapper>` for the user's own wrapper that ours replaces,
 * `;c=<how>` where this action disables CloudWatch Logs: `remove`, `deny`, or `deny:<path and name>` of an
 * administrator's policy, several separated by commas; `none` among them: the role could not write the log before
 * either. It is written before the role is, so it selects the stricter proof and tells what to restore; that all is well
 * it never tells. Compact, because it counts in Lambda's 4,096 bytes.
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
  readonly logs?: LogsOwnership | undefined
}

/** How CloudWatch Logs are disabled for the function. */
export interface LogsOwnership {
  /** Rights are taken out of the policies of the role. */
  readonly removed: boolean
  /** A Deny of our own, or the path and name of an administrator's policy that is attached to the role. */
  readonly denied: 'own-policy' | { readonly policy: string } | undefined
  /** The role could not write the log before either, so no right has to come back. */
  readonly hadNone: boolean
}

const FORM =
  /^v1;k=([A-Za-z0-9_~,]*);l=([A-Za-z0-9_:,-]*)(;f=Text)?(?:;i=(\d{12}:[A-Za-z0-9_-]+))?(?:;w=((?:[A-Za-z0-9_./-]|%[0-9a-f]{4})*))?(?:;c=((?:[A-Za-z0-9_./:,-]|%[0-9a-f]{4})+))?$/

export const NOTHING_OWNED: Ownership = { variables: [], layers: [] }

/** What is claimed now, beside what the marker tells already: of the time before, it knows more than a later run. */
export function claimedBeside(
  claim: LogsOwnership,
  before: LogsOwnership | undefined,
): LogsOwnership {
  return {
    removed: claim.removed || before?.removed === true,
    denied: claim.denied ?? before?.denied,
    hadNone: before?.hadNone ?? claim.hadNone,
  }
}

/**
 * The marker's value; `undefined` where nothing is ours and no marker is to be written. Where a template carries all of
 * Rotel, only how logs are disabled is ours.
 */
export function writeMarker(owned: Ownership): string | undefined {
  const { logFormat, instrumentation, replacedWrapper, logs } = owned
  if (ownsNoRotel(owned) && logFormat === undefined && logs === undefined) return undefined
  const variables = [...owned.variables].sort().map((name) => name.replace(/^ROTEL_/, '~'))
  const more = [
    ...(logFormat === undefined ? [] : [`;f=${logFormat}`]),
    ...(instrumentation === undefined ? [] : [`;i=${instrumentation}`]),
    ...(replacedWrapper === undefined ? [] : [`;w=${escaped(replacedWrapper)}`]),
    ...(logs === undefined ? [] : [`;c=${writeLogs(logs)}`]),
  ]
  return `v1;k=${variables.join(',')};l=${[...owned.layers].sort().join(',')}${more.join('')}`
}

/** Neither Rotel, nor its variables, nor an auto-instrumentation layer is ours. */
export function ownsNoRotel({ variables, layers, instrumentation }: Ownership): boolean {
  return variables.length === 0 && layers.length === 0 && instrumentation === undefined
}

/** What the marker names as ours; `unreadable` for a form that this version does not know. */
export function readMarker(value: string | undefined): Ownership | 'unreadable' {
  if (value === undefined) return NOTHING_OWNED
  const [, variables, layers, logFormat, instrumentation, replacedWrapper, logsText] =
    FORM.exec(value) ?? []
  if (variables === undefined || layers === undefined) return 'unreadable'
  const logs = logsText === undefined ? undefined : readLogs(logsText)
  if (logs === 'unreadable') return 'unreadable'
  return {
    variables: items(variables).map((name) => name.replace(/^~/, 'ROTEL_')),
    layers: items(layers),
    ...(logFormat === undefined ? {} : { logFormat: 'Text' as const }),
    ...(instrumentation === undefined ? {} : { instrumentation }),
    ...(replacedWrapper === undefined ? {} : { replacedWrapper: unescaped(replacedWrapper) }),
    logs,
  }
}

function writeLogs({ removed, denied, hadNone }: LogsOwnership): string {
  const deny = denied === 'own-policy' ? ['deny'] : denied ? [`deny:${escaped(denied.policy)}`] : []
  return [...(removed ? ['remove'] : []), ...deny, ...(hadNone ? ['none'] : [])].join(',')
}

function readLogs(text: string): LogsOwnership | 'unreadable' {
  const parts = text.split(',')
  const [, policy] = parts.map((part) => /^deny:(.+)$/.exec(part)).find((found) => found) ?? []
  const isKnown = (part: string) => /^(remove|deny|deny:.+|none)$/.test(part)
  if (!parts.every(isKnown)) return 'unreadable'
  return {
    removed: parts.includes('remove'),
    denied:
      policy === undefined
        ? parts.includes('deny')
          ? 'own-policy'
          : undefined
        : { policy: unescaped(policy) },
    hadNone: parts.includes('none'),
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
