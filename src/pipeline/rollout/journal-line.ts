/** The lines of the journal: what each kind holds, and how it is read back. */

import { isRecord, parseJson } from '../../model/json'
import { parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import { parseFunctionArn } from '../../systems/lambda/function-arn'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import type { Inverse } from '../configure/inverse'
import type { AliasMove } from '../publish-alias/move-alias'
import type { RoleChange } from '../roles/role-change'

export interface JournalHeader {
  readonly account: string
  readonly partition: string
  /** For the fingerprints of what was written. */
  readonly salt: string
}

export type Line =
  | ({ readonly kind: 'run' } & JournalHeader)
  | { readonly kind: 'write'; readonly function: FunctionArn; readonly inverse: Inverse }
  /** The last write to the function did not land. */
  | { readonly kind: 'not-written'; readonly function: string }
  | { readonly kind: 'alias'; readonly move: AliasMove }
  | { readonly kind: 'role'; readonly number: number; readonly change: RoleChange }
  /** `mode: remove` restores the log rights of the function, for good. */
  | { readonly kind: 'restore'; readonly function: FunctionArn }
  /** Functions with the role may need its rights to read secrets no more. */
  | ({ readonly kind: 'settle' } & RoleToSettle)
  | { readonly kind: 'settled'; readonly role: string }
  /** Functions in one of their two end states, and writes to roles that are undone or for good: all of them at once. */
  | {
      readonly kind: 'ended'
      readonly functions: readonly string[]
      readonly changes: readonly number[]
    }

/** A role whose rights to read secrets are to be looked through when all functions have ended. */
export interface RoleToSettle {
  readonly role: RoleArn
  /** Where its functions are looked for. */
  readonly regions: readonly string[]
}

/**
 * @returns `torn` for a line that was never written to its end; `undefined` for one that is not of this journal: whoever
 * follows half of a journal takes what it does not tell for done
 */
export function parseLine(raw: string): Line | 'torn' | undefined {
  const parsed = parseJson(raw)
  if (parsed !== undefined) return isLine(parsed) ? parsed : undefined
  const isBeginning = raw.startsWith(BEGINNING) || BEGINNING.startsWith(raw)
  return isBeginning ? 'torn' : undefined
}

/** Of every line, as it is written. */
const BEGINNING = '{"kind":"'

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => typeof value === 'number'
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const withMembers =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(members).every(([name, check]) => check(value[name]))
/** By the text of one member. */
const oneOf =
  (name: string, kinds: Readonly<Record<string, Check>>): Check =>
  (value) => {
    const kind = isRecord(value) ? value[name] : undefined
    return typeof kind === 'string' && Object.hasOwn(kinds, kind) && kinds[kind]?.(value) === true
  }

const isTextOrNull: Check = (value) => value === null || isText(value)

const isArn =
  (parse: (text: string) => object | undefined): Check =>
  (value) => {
    const read =
      isRecord(value) && typeof value['text'] === 'string' ? parse(value['text']) : undefined
    return (
      read !== undefined &&
      isRecord(value) &&
      Object.entries(read).every(([name, part]) => value[name] === part)
    )
  }
const isFunction = isArn(parseFunctionArn)
const isRole = isArn(parseRoleArn)

const isChangeOf = (check: Check): Check => withMembers({ before: check, after: check })

const isInverse = withMembers({
  layers: optional(isChangeOf(listOf(isText))),
  variables: listOf(
    withMembers({ name: isText, before: isTextOrNull, wrote: listOf(isTextOrNull) }),
  ),
  logFormat: optional(isChangeOf(isText)),
})

const isEdit = oneOf('kind', {
  'put-inline': withMembers({ policy: isText, before: optional(isText), after: isText }),
  'delete-inline': withMembers({ policy: isText, before: isText }),
  'new-version': withMembers({
    arn: isText,
    name: isText,
    before: isText,
    original: isText,
    after: isText,
  }),
  attach: withMembers({ arn: isText, name: isText }),
  detach: withMembers({ arn: isText, name: isText }),
})

const isRoleChange = oneOf('purpose', {
  logs: withMembers({
    role: isRole,
    edit: isEdit,
    reached: listOf(
      withMembers({
        function: isFunction,
        role: isRole,
        group: isText,
        allowedBefore: listOf(isText),
      }),
    ),
  }),
  secrets: withMembers({ role: isRole, edit: isEdit, regions: listOf(isText) }),
})

const KINDS: Readonly<Record<Line['kind'], Check>> = {
  run: withMembers({ account: isText, partition: isText, salt: isText }),
  write: withMembers({ function: isFunction, inverse: isInverse }),
  'not-written': withMembers({ function: isText }),
  alias: withMembers({
    move: withMembers({ function: isFunction, alias: isText, before: isText, after: isText }),
  }),
  role: withMembers({ number: isNumber, change: isRoleChange }),
  restore: withMembers({ function: isFunction }),
  settle: withMembers({ role: isRole, regions: listOf(isText) }),
  settled: withMembers({ role: isText }),
  ended: withMembers({ functions: listOf(isText), changes: listOf(isNumber) }),
}

const isKnownKind = oneOf('kind', KINDS)

function isLine(value: unknown): value is Line {
  return isKnownKind(value)
}

/** Where the journal holds a value that a write replaced: for a person who restores it by hand. */
export interface PlaceInJournal {
  /** From 0. */
  readonly line: number
  /** Index in the `inverse.variables` of that line. */
  readonly variable: number
}

/** @returns the first line that holds this value of this variable of the function; `undefined`: none does */
export function placeOfValue(
  text: string,
  fn: FunctionArn,
  { name, value }: { readonly name: string; readonly value: string },
): PlaceInJournal | undefined {
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw === '' ? 'torn' : parseLine(raw)
    if (line === undefined || line === 'torn' || line.kind !== 'write') continue
    if (line.function.text !== fn.text) continue
    const variable = line.inverse.variables.findIndex(
      (one) => one.name === name && one.before === value,
    )
    if (variable !== -1) return { line: at, variable }
  }
  return undefined
}
