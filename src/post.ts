/**
 * The post step: finishes an undo that the main step could not (cancelled, killed, crashed). It reads the journal and
 * nothing else, and touches nothing unless the caller is in the journal's account.
 */

import type { Clock, Identity, LambdaControl, Runner } from './ports'
import { type JournalContents, type JournalStore, readJournal, startJournal } from './undo/journal'
import { undo } from './undo/undo'

export interface PostOutside {
  readonly lambda: LambdaControl
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
  const { runner, identity, lambda, clock } = outside
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
    open.map(async ({ function: arn, inverse }) => {
      journal.writing(arn, inverse)
      const undone = await undo(arn, inverse, { lambda, clock, salt: header.salt })
      if (undone.kind === 'not-undone') {
        complain(
          runner,
          `${arn.name} could not be put back: ${undone.detail}. Still on it: ${undone.left.join(', ')}.`,
        )
        return false
      }
      journal.finished(arn)
      const stays =
        undone.leftAlone.length === 0
          ? ''
          : ` but for ${undone.leftAlone.join(', ')}, changed by somebody else since`
      runner.info(`${arn.name}  put back as it was found${stays}`)
      return true
    }),
  )
  journal.close()
  runner.endGroup()
  return results.every(Boolean)
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
