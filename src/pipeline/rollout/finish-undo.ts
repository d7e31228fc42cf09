/**
 * The post step: finishes an undo that the main step could not (cancelled, killed, crashed). It reads the journal and
 * nothing else, and touches nothing unless the caller is in the journal's account.
 */

import { changesText, restoreLogs, withheldBy } from '../roles/restore-logs'
import type { RoleControl } from '../../systems/iam/role-control'
import { undoRoleChanges } from '../roles/undo-role'
import type { Clock } from '../../model/clock'
import type { Identity } from '../select/identity'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { Runner } from '../../model/runner'
import {
  type Journal,
  type JournalContents,
  type JournalStore,
  type OpenEntry,
  readJournal,
  startJournal,
} from './journal'
import { undo } from '../configure/undo'

export interface PostOutside {
  readonly lambda: LambdaControl
  readonly roles: RoleControl
  readonly identity: Identity
  readonly clock: Clock
  readonly runner: Runner
}

/** @returns whether everything is put back */
export async function finishUndo(
  text: string,
  store: JournalStore,
  outside: PostOutside,
): Promise<boolean> {
  const { runner, identity } = outside
  if (!text.includes('\n')) {
    // The main step ended before the first line was complete, so before the first write.
    store.delete()
    return true
  }
  const contents = readJournal(text)
  if (contents === undefined) {
    complain(runner, 'The journal of the main step cannot be read, so nothing was put back.')
    return false
  }
  const { header, open } = contents
  if (open.length === 0) {
    store.delete()
    return true
  }
  const stranger = await strangerTo(header, identity)
  if (stranger !== undefined) {
    complain(runner, `${stranger}; nothing was put back. Left as written: ${names(contents)}.`)
    return false
  }

  runner.startGroup('Put back what the main step left unfinished')
  const journal = startJournal(store, header)
  const results = await Promise.all(
    open.map((entry) => {
      carryOver(entry, journal)
      return rollBack(entry, journal, outside)
    }),
  )
  journal.close()
  runner.endGroup()
  return results.every(Boolean)
}

/** The new lines stand for the old ones: a post step that is killed too leaves a journal that says what is left. */
function carryOver({ function: arn, inverse, roleChanges }: OpenEntry, journal: Journal): void {
  if (inverse) journal.writing(arn, inverse)
  for (const change of roleChanges) journal.editing(arn, change)
}

/** IAM promises no time, and the runner gives the post step five minutes at least. */
const RESTORE_LIMIT_MS = 120_000

/** CloudWatch Logs are given back, and seen to be, before Rotel leaves (promise P8). */
async function rollBack(
  { function: arn, inverse, roleChanges }: OpenEntry,
  journal: Journal,
  { runner, lambda, roles, clock }: PostOutside,
): Promise<boolean> {
  const notes: string[] = []
  const withheld = withheldBy(arn, roleChanges)
  if (withheld) {
    const given = await restoreLogs(withheld, { roles, clock, limitMs: RESTORE_LIMIT_MS })
    if (given.kind === 'not-restored') {
      complain(
        runner,
        `${arn.name}: CloudWatch Logs could not be given back: ${given.detail}. Rotel stays on it. To be taken back by hand: ${changesText(withheld.changes)} on the role ${withheld.role.name}.`,
      )
      return false
    }
    journal.takenBack(arn, 'logs')
    notes.push('; CloudWatch Logs given back', ...given.notes.map((note) => `; ${note}`))
  }
  if (inverse) {
    const undone = await undo(arn, inverse, { lambda, clock, salt: journal.salt })
    if (undone.kind === 'not-undone') {
      complain(
        runner,
        `${arn.name} could not be put back: ${undone.detail}. Still on it: ${undone.left.join(', ')}.`,
      )
      return false
    }
    if (undone.leftAlone.length > 0) {
      notes.push(` but for ${undone.leftAlone.join(', ')}, changed by somebody else since`)
    }
  }
  const secrets = roleChanges.filter(({ purpose }) => purpose === 'secrets')
  const withdrawn = await undoRoleChanges(secrets, roles)
  if (withdrawn.kind === 'not-undone') {
    complain(
      runner,
      `${arn.name}: the right to read its secrets could not be taken back: ${withdrawn.fault.code}. Still on the role: ${withdrawn.left.join(', ')}.`,
    )
    return false
  }
  journal.finished(arn)
  runner.info(`${arn.name}  put back as it was found${notes.join('')}`)
  return true
}

async function strangerTo(
  { account, partition }: JournalContents['header'],
  identity: Identity,
): Promise<string | undefined> {
  const caller = await identity.whoAmI()
  if (!caller.ok) return `The caller could not be found out (${caller.fault.code})`
  return caller.value.account === account && caller.value.partition === partition
    ? undefined
    : `The credentials are of account ${caller.value.account}, the journal is of ${account}`
}

function names({ open }: JournalContents): string {
  return open.map(({ function: arn }) => arn.name).join(', ')
}

function complain(runner: Runner, message: string): void {
  runner.annotate({ level: 'error', title: 'ClickStack for AWS Lambda: undo', message })
}
