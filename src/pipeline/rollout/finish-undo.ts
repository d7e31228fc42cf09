/**
 * The post step: finishes the way back that the main step could not (cancelled, killed, crashed). It reads the journal
 * and nothing else, and changes nothing unless the caller is in the journal's account.
 */

import type { Clock } from '../../model/clock'
import { isEndOfRun, type Refusal } from '../../model/refusal'
import type { Runner } from '../../model/runner'
import type { RoleControl } from '../../systems/iam/role-control'
import type { AliasControl } from '../../systems/lambda/alias-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import { restoreNeeded, withdrawUnneeded } from '../grant-secrets/withdraw-secrets'
import { withheldFrom } from '../roles/darkness'
import { oneWriterPerRole } from '../roles/one-writer'
import { restorationOf, restoredOf, restoreLogs } from '../roles/restore-logs'
import type { SecretsChange } from '../roles/role-change'
import type { Identity } from '../select/identity'
import { type Journal, type JournalContents, type JournalStore, resumeJournal } from './journal'
import { NOT_BY_MARKER, stuckText, type WalkedBack, walkBack } from './walk-back'

export interface PostOutside {
  readonly lambda: LambdaControl
  readonly aliases: AliasControl
  readonly roles: RoleControl
  readonly identity: Identity
  readonly clock: Clock
  readonly runner: Runner
  /** Fires when it has to end, finished or not. */
  readonly signal: AbortSignal
}

/** How the post step ends. */
export type Finished = { readonly kind: 'original' } | ({ readonly kind: 'left' } & Left)

/** What the post step could not roll back, for the summary. */
export interface Left {
  /** Sentences of annotations: why, and of what. */
  readonly why: readonly string[]
  /** `undefined`: the journal cannot be read. */
  readonly contents: JournalContents | undefined
  /** The account whose credentials it takes. */
  readonly account: string | undefined
  /** No call was made but to ask who the caller is. */
  readonly wasNotBegun: boolean
}

export async function finishUndo(
  text: string,
  store: JournalStore,
  given: PostOutside,
): Promise<Finished> {
  const why: string[] = []
  const runner: Runner = {
    ...given.runner,
    annotate(annotation) {
      if (annotation.level === 'error') why.push(annotation.message)
      given.runner.annotate(annotation)
    },
  }
  const outside: PostOutside = { ...given, runner }
  const { identity } = outside
  if (!text.includes('\n')) {
    // The main step ended before the first line was complete, so before the first write.
    store.delete()
    return { kind: 'original' }
  }
  const resumed = resumeJournal(store, text)
  if (resumed === undefined) {
    complain(runner, 'The journal of the main step cannot be read, so nothing was rolled back.')
    return { kind: 'left', why, contents: undefined, account: undefined, wasNotBegun: true }
  }
  const { journal, contents } = resumed
  const { header, open, aliases, restored, toSettle, changes } = contents
  if (open.length + aliases.length + restored.length + toSettle.length + changes.length === 0) {
    store.delete()
    return { kind: 'original' }
  }
  const { account } = header
  const stranger = await strangerTo(header, identity)
  if (stranger !== undefined) {
    complain(
      runner,
      `${stranger}; nothing was rolled back. Left as written: ${names(contents)}. ${REPAIR}`,
    )
    return { kind: 'left', why, contents, account, wasNotBegun: true }
  }

  runner.startGroup('Roll back what the main step left unfinished')
  // Told first: whoever goes on after this step has ended early finds no trace of it.
  for (const { name } of restored) {
    runner.annotate({
      level: 'warning',
      title: TITLE,
      message: `${name}: \`mode: remove\` had begun to restore its CloudWatch Logs. They are not disabled again, because only a run that proves arrival may do that. Run \`mode: remove\` again to finish the removal.`,
    })
  }
  const unfinished = await rollBackFunctions(contents, journal, outside)
  const secrets = await rollBackSecrets(contents, unfinished, journal, outside)
  for (const arn of restored) {
    // Where its configuration is still to be rolled back, the journal is still needed.
    if (!open.some(({ function: one }) => one.text === arn.text)) journal.undone([arn])
  }
  journal.close()
  runner.endGroup()
  return unfinished.length === 0 && secrets
    ? { kind: 'original' }
    : { kind: 'left', why, contents: resumed.left(), account, wasNotBegun: false }
}

/** IAM promises no time, and the runner gives the post step five minutes at least. */
const RESTORE_LIMIT_MS = 120_000

/**
 * CloudWatch Logs are restored, and seen to be, before Rotel leaves (promise P8).
 * @returns the functions that are not rolled back
 */
async function rollBackFunctions(
  { open, aliases, changes }: JournalContents,
  journal: Journal,
  { runner, lambda, aliases: aliasControl, roles, clock, signal }: PostOutside,
): Promise<readonly FunctionArn[]> {
  const logs = changes.filter((change) => change.purpose === 'logs')
  const restoration = restorationOf(logs)
  const reached = new Map(restoration.deprived.map(({ function: arn }) => [arn.text, arn]))
  const moves = new Map(aliases.map((move) => [move.function.text, move]))
  const alone = [...aliases.map((move) => move.function), ...reached.values()]
  const others = [...new Map(alone.map((arn) => [arn.text, arn])).values()].filter((arn) => {
    return !open.some(({ function: one }) => one.text === arn.text)
  })
  const walked = await walkBack(
    {
      functions: [
        ...open.map(({ function: arn, inverse }) => ({
          function: arn,
          configuration: { by: 'journal', inverse } as const,
          alias: moves.get(arn.text),
        })),
        ...others.map((arn) => ({
          function: arn,
          configuration: undefined,
          alias: moves.get(arn.text),
        })),
      ],
      logs: restoration,
    },
    {
      lambda,
      aliases: aliasControl,
      clock,
      signal,
      journal,
      halted: () => undefined,
      whenDenied: (detail): Refusal => ({ reason: 'restore-not-seen', detail }),
      restored: () => undefined,
      mayLeave: NOT_BY_MARKER,
      // An administrator's policy by which another run denies is an input, which the journal does not have.
      withheld: (fn) => withheldFrom(fn, undefined, roles),
      async restore(given) {
        const results = await restoreLogs(given, {
          roles,
          clock,
          limitMs: RESTORE_LIMIT_MS,
          signal,
        })
        journal.closed(
          logs.filter((change) =>
            change.reached.every(
              ({ function: arn }) => restoredOf(arn, results).kind === 'restored',
            ),
          ),
        )
        return results
      },
    },
  )
  const unfinished: FunctionArn[] = []
  const roleNotes = new Set<string>()
  for (const arn of [...open.map(({ function: one }) => one), ...others]) {
    const back = walked.get(arn.text)
    if (back?.kind === 'back') {
      journal.undone([arn])
      runner.info(`${arn.name}  in its original state${notesOf(back, reached.has(arn.text))}`)
      if (back.logs.kind === 'restored') for (const note of back.logs.notes) roleNotes.add(note)
      continue
    }
    unfinished.push(arn)
    if (back === undefined) continue
    complain(
      runner,
      back.step === 'disable-logs'
        ? `${arn.name}: CloudWatch Logs could not be restored: ${back.detail}. Rotel stays on it. Check whether its role may write CloudWatch Logs, then run this action with \`mode: remove\`.`
        : `${arn.name} could not be rolled back: ${back.detail}. ${stuckText(back)}.`,
    )
  }
  for (const note of roleNotes) {
    runner.annotate({
      level: 'warning',
      title: TITLE,
      message: `CloudWatch Logs restored: ${note}`,
    })
  }
  return unfinished
}

function notesOf(
  { leftUnchanged }: Extract<WalkedBack, { kind: 'back' }>,
  isReached: boolean,
): string {
  return [
    ...(isReached ? ['; CloudWatch Logs restored'] : []),
    ...(leftUnchanged.length === 0
      ? []
      : [` but for ${leftUnchanged.join(', ')}, changed by another user since`]),
  ].join('')
}

const NO_CHANGES: readonly SecretsChange[] = []

/**
 * What somebody needs after all comes back, and what nobody needs any more goes. What a function will need that is still to
 * be rolled back, nobody can tell: from its role nothing is withdrawn.
 */
async function rollBackSecrets(
  { changes, toSettle }: JournalContents,
  unfinished: readonly FunctionArn[],
  journal: Journal,
  { runner, lambda, roles, clock, signal }: PostOutside,
): Promise<boolean> {
  const secrets = changes.filter((change) => change.purpose === 'secrets')
  const byRole = new Map(toSettle.map((one) => [one.role.text, { ...one, all: NO_CHANGES }]))
  for (const change of secrets) {
    const { role, regions } = change
    const all = [...(byRole.get(role.text)?.all ?? NO_CHANGES), change]
    byRole.set(role.text, { role, regions, all })
  }
  const pending = byRole.size === 0 ? [] : await rolesOf(unfinished, lambda)
  let isDone = true
  for (const { role, regions, all } of byRole.values()) {
    const fail = (detail: string) => {
      isDone = false
      complain(
        runner,
        `The right to read secrets of the role ${role.name} could not be rolled back: ${detail}.`,
      )
    }
    for (const change of all) {
      const back = await restoreNeeded(change, { roles, lambda, regions, clock })
      if (back.kind === 'not-written') fail(back.detail)
    }
    const waitsFor = pending.find(({ roleArn }) => roleArn === undefined || roleArn === role.text)
    if (waitsFor !== undefined) {
      if (all.length > 0) fail(`${waitsFor.name}, which may need it, could not be rolled back`)
      continue
    }
    const withdrawn = await withdrawUnneeded(role, all, {
      roles,
      lambda,
      regions,
      records: journal,
      alone: oneWriterPerRole(),
      clock,
      signal,
    })
    if (withdrawn.kind === 'withdrawn') {
      for (const note of withdrawn.notes) runner.info(`${role.name}  ${note}`)
    } else if (all.length > 0 || withdrawn.kind === 'not-written' || isEndOfRun(withdrawn)) {
      fail(withdrawn.detail)
      continue
    } else {
      // Nothing was given in this run: what is there, if anything, harms nobody.
      runner.info(`${role.name}  not checked: rights to read secrets (${withdrawn.detail})`)
    }
    journal.settled(role)
  }
  return isDone
}

/** `roleArn` is `undefined` where the function cannot be read: then it may have any role. */
async function rolesOf(
  functions: readonly FunctionArn[],
  lambda: LambdaControl,
): Promise<readonly { readonly name: string; readonly roleArn: string | undefined }[]> {
  return Promise.all(
    functions.map(async ({ name, region, text }) => {
      const now = await lambda.get(region, text)
      return { name, roleArn: now.ok ? now.value.roleArn : undefined }
    }),
  )
}

/** The journal ends with the job. */
const REPAIR =
  'Run this action again with credentials of that account: it proves what is configured, and `mode: remove` removes it.'

async function strangerTo(
  { account, partition }: JournalContents['header'],
  identity: Identity,
): Promise<string | undefined> {
  const caller = await identity.whoAmI()
  if (!caller.ok) {
    const { kind, code } = caller.fault
    return kind === 'unauthenticated'
      ? `AWS does not accept the credentials of this job any more (${code})`
      : `The caller could not be determined (${code})`
  }
  return caller.value.account === account && caller.value.partition === partition
    ? undefined
    : `The credentials are of account ${caller.value.account}, the journal is of ${account}`
}

function names({ open, aliases, changes }: JournalContents): string {
  return [
    ...open.map(({ function: arn }) => arn.name),
    ...aliases.map(({ function: arn, alias }) => `the alias ${alias} of ${arn.name}`),
    ...new Set(changes.map(({ role }) => `the role ${role.name}`)),
  ].join(', ')
}

const TITLE = 'ClickStack for AWS Lambda: rollback'

function complain(runner: Runner, message: string): void {
  runner.annotate({ level: 'error', title: TITLE, message })
}
