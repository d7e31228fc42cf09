/** JSON from outside, whose shape is unknown until it is checked. */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [member: string]: Json
}

/** What looks through a value calls itself for each level, and the stack ends after some thousands. */
const DEEPEST = 500

/** @returns `undefined` for a text that is not JSON, which no JSON is parsed to, and for one of more than 500 levels */
export function parseJson(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json
    return text.length > 2 * DEEPEST && isTooDeep(value) ? undefined : value
  } catch {
    return undefined
  }
}

function isTooDeep(value: Json): boolean {
  let level: readonly Json[] = [value]
  for (let depth = 0; depth < DEEPEST; depth++) {
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    )
    if (level.length === 0) return false
  }
  return true
}

/** An object with members, and no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of an object; of anything else, none. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}

/** The items of a list; of anything else, none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
