/**
 * The way back, the only one: a failure, `mode: remove` and the post step walk the steps of a function's life back, last
 * one first (promise P8). What they walk by are records: of the journal, or made of marker, policies and restore file.
 */

import type { Clock } from '../../model/clock'
import type { Refusal } from '../../model/refusal'
import type { AliasControl } from '../../systems/lambda/alias-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { FunctionArn, LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Change } from '../../systems/lambda/change'
import type { Inverse } from '../configure/inverse'
import { type AliasMove, inverseMove, moveAlias } from '../publish-alias/move-alias'
import { takeOff, type TakeOffContext } from '../configure/take-off'
import { type Leftover, leftText, undo } from '../configure/undo'
import type { Darkness } from '../roles/darkness'
import {
  type Deprived,
  type LogsRestored,
  type Restoration,
  restoredOf,
} from '../roles/restore-logs'
import { disabledSince } from './disabled-since'
import type { StepName } from './steps'

/** What the steps of a function have to take back. */
interface FunctionRecords {
  readonly function: FunctionArn
  /** What configuring it changed: by the journal, or whatever its marker names. `undefined`: nothing. */
  readonly configuration:
    | { readonly by: 'journal'; readonly inverse: Inverse }
    | { readonly by: 'marker'; readonly fn: LambdaFunction }
    | undefined
  /** `undefined`: no alias was moved. */
  readonly alias: AliasMove | undefined
}

export interface Records {
  readonly functions: readonly FunctionRecords[]
  /** What keeps them, and others, from writing their logs. */
  readonly logs: Restoration
}

export interface WayBackContext {
  readonly lambda: LambdaControl
  readonly aliases: AliasControl
  readonly clock: Clock
  /** Ends the waits. */
  readonly signal: AbortSignal
  readonly updates?: TakeOffContext['updates']
  readonly journal: TakeOffContext['journal']
  readonly halted: () => Refusal | undefined
  readonly restore: (restoration: Restoration) => Promise<ReadonlyMap<Deprived, LogsRestored>>
  /** Where somebody else denies the log although nothing of ours does: why Rotel stays all the same, if it does. */
  readonly whenDenied: (detail: string) => Refusal | undefined
  readonly mayLeave: TakeOffContext['mayLeave']
  /** What IAM withholds from a function now, whatever Rotel does on it. */
  readonly withheld: (fn: LambdaFunction) => Promise<Darkness>
  /** Called as soon as the log rights of a function are back. */
  readonly restored: () => void
}

/** What the journal tells is undone item by item, whoever has changed the function since. */
export const NOT_BY_MARKER: WayBackContext['mayLeave'] = () => Promise.resolve(undefined)

export type WalkedBack =
  | {
      readonly kind: 'back'
      /** The configuration was written. */
      readonly wrote: boolean
      /** What was taken off, where the marker told it. */
      readonly change: Change | undefined
      /** The function as it was read last, where the marker told what to take off. */
      readonly fn: LambdaFunction | undefined
      /** Items of the configuration that somebody else has changed since and that therefore stay. */
      readonly leftUnchanged: readonly string[]
      readonly logs: Extract<LogsRestored, { kind: 'restored' | 'denied-by-others' }>
    }
  /** The step that could not be taken back; those before it in the life of the function are as they were. */
  | ({
      readonly kind: 'stuck'
      readonly step: StepName
      /** Something was changed all the same. */
      readonly wrote: boolean
      /** What withheld log rights was undone, and stays so. */
      readonly roleWritten: boolean
      /** What there is to say of the log rights that were restored before. */
      readonly notes: readonly string[]
    } & Leftover &
      Refusal)

/** What is left, and what else stays, as a sentence without its full stop. */
export function stuckText(stuck: Extract<WalkedBack, { kind: 'stuck' }>): string {
  return [leftText(stuck), ...stuck.notes].join('; ')
}

/** @returns by ARN of the function */
export async function walkBack(
  { functions, logs }: Records,
  context: WayBackContext,
): Promise<ReadonlyMap<string, WalkedBack>> {
  const restoration = await withDisabledSince(functions, logs, context)
  const { changes, deprived } = restoration
  const rights =
    changes.length + deprived.length > 0 ? await context.restore(restoration) : new Map()
  const results = await Promise.all(
    functions.map(async (records) => {
      const restored = restoredOf(records.function, rights)
      return [records.function.text, await backFrom(records, restored, context)] as const
    }),
  )
  return new Map(results)
}

/** Also what other runs have disabled meanwhile, of functions that Rotel is about to leave. */
async function withDisabledSince(
  functions: readonly FunctionRecords[],
  logs: Restoration,
  { lambda, clock, journal, withheld }: WayBackContext,
): Promise<Restoration> {
  const known = new Set(logs.deprived.map(({ function: fn }) => fn.text))
  const found = await Promise.all(
    functions.map(async ({ function: arn, configuration }) =>
      configuration?.by !== 'journal' || known.has(arn.text)
        ? undefined
        : disabledSince(arn, configuration.inverse, {
            lambda,
            clock,
            salt: journal.salt,
            withheld,
          }),
    ),
  )
  const since = found.flatMap((one) => one ?? [])
  // What several functions share is one value, by which it is restored once.
  if (since.length === 0) return logs
  return {
    changes: [logs, ...since].flatMap((one) => one.changes),
    deprived: [logs, ...since].flatMap((one) => one.deprived),
  }
}

async function backFrom(
  { function: arn, configuration, alias }: FunctionRecords,
  restored: LogsRestored,
  context: WayBackContext,
): Promise<WalkedBack> {
  if (restored.kind === 'not-restored') {
    const { reason, detail, wrote } = restored
    return {
      kind: 'stuck',
      step: 'disable-logs',
      reason,
      detail,
      wrote,
      roleWritten: wrote,
      left: [],
      missing: [],
      mayBeGone: false,
      notes: [],
    }
  }
  if (restored.kind === 'denied-by-others') {
    const refusal = context.whenDenied(restored.detail)
    if (refusal) {
      return {
        kind: 'stuck',
        step: 'disable-logs',
        wrote: restored.wrote,
        roleWritten: restored.wrote,
        left: [],
        missing: [],
        mayBeGone: false,
        notes: [],
        ...refusal,
      }
    }
  }
  context.restored()
  const notes = restored.kind === 'restored' ? restored.notes : []
  const moved =
    alias && (await moveAlias(inverseMove(alias), () => Promise.resolve(undefined), context))
  if (alias && moved?.kind === 'not-moved') {
    const { detail } = moved
    return {
      kind: 'stuck',
      step: 'publish-alias',
      reason: 'rollback-failed',
      detail,
      left: [`the alias ${alias.alias} on version ${alias.after}`],
      missing: [],
      mayBeGone: moved.isUnseen,
      wrote: true,
      roleWritten: restored.wrote,
      notes,
    }
  }
  const isAliasBack = moved?.kind === 'moved' && moved.wrote
  const movedByOthers =
    alias && moved?.kind === 'elsewhere' ? [`alias ${alias.alias} (${moved.now})`] : []
  const back = { kind: 'back', change: undefined, fn: undefined, logs: restored } as const
  if (configuration === undefined) {
    return { ...back, wrote: isAliasBack, leftUnchanged: movedByOthers }
  }
  if (configuration.by === 'marker') {
    const off = await takeOff(configuration.fn, context)
    if (off.kind === 'taken-off') {
      const { fn, change } = off
      return { ...back, fn, change, wrote: change !== undefined, leftUnchanged: [] }
    }
    const { reason, detail, wrote } = off
    return {
      kind: 'stuck',
      step: 'configure',
      reason,
      detail,
      left: [],
      missing: [],
      mayBeGone: false,
      wrote: wrote || restored.wrote,
      roleWritten: restored.wrote,
      notes,
    }
  }
  const undone = await undo(arn, configuration.inverse, { ...context, salt: context.journal.salt })
  if (undone.kind === 'undone') {
    return {
      ...back,
      wrote: undone.wrote || isAliasBack,
      leftUnchanged: [...movedByOthers, ...undone.leftUnchanged],
    }
  }
  const { detail, left, missing, mayBeGone } = undone
  return {
    kind: 'stuck',
    step: 'configure',
    reason: 'rollback-failed',
    detail,
    left,
    missing,
    mayBeGone,
    wrote: true,
    roleWritten: restored.wrote,
    notes,
  }
}
