/**
 * The account of a function in its telemetry: Rotel tells name, region and version, and no account, so functions of the
 * same name in two accounts look alike. OpenTelemetry's own attribute for it is written with the resource attributes,
 * which Rotel lays over every log, span and metric (rotel-lambda-extension v0.1.6, `--otel-resource-attributes`).
 */

import type { Variables } from '../lambda/lambda-function'

export const ACCOUNT_ATTRIBUTE = 'cloud.account.id'

export const RESOURCE_ATTRIBUTES = 'ROTEL_OTEL_RESOURCE_ATTRIBUTES'

const ENV_FILE = 'ROTEL_ENV_FILE'

/**
 * What the rows of a function tell of its account: `written`, its own, always; `absent`, nothing, because a template
 * carries the variables without it; `open`: anything, because an env file or a secret may set it.
 */
export type AccountInRows = 'written' | 'absent' | 'open'

export function accountInRows(variables: Variables, account: string): AccountInRows {
  const list = variables.get(RESOURCE_ATTRIBUTES) ?? ''
  if (variables.has(ENV_FILE) || list.includes('${')) return 'open'
  const told = itemsOf(list).filter(isAccount).map(valueOf)
  if (told.length === 0) return 'absent'
  return told.every((value) => value === account) ? 'written' : 'open'
}

/** The list without the account; `undefined` where nothing is left of it. */
export function withoutAccount(list: string): string | undefined {
  const rest = itemsOf(list).filter((item) => !isAccount(item))
  return rest.length === 0 ? undefined : rest.join(',')
}

function itemsOf(list: string): readonly string[] {
  return list.trim().split(',')
}

function isAccount(item: string): boolean {
  return item.startsWith(`${ACCOUNT_ATTRIBUTE}=`)
}

function valueOf(item: string): string {
  return item.slice(item.indexOf('=') + 1)
}
