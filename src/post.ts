/** The post step of action.yml: opens the journal of the main step and finishes what it left. */

import { aliasControl } from './edges/alias-control'
import { systemClock } from './edges/clock'
import { homeRegion } from './edges/environment'
import { openJournalFile } from './edges/journal-file'
import { callerSecrets, hideInAnswers } from './edges/known-values'
import { lambdaControl } from './edges/lambda-control'
import { lazyIdentity, lazyRoleControl } from './edges/lazy-edges'
import { pacing } from './edges/paced-calls'
import { runnerProxies } from './edges/proxy-settings'
import { endAfter } from './edges/run-signal'
import { actionsRunner as runner, maskSecrets, rememberedJournal } from './edges/runner'
import { finishUndo } from './pipeline/rollout/finish-undo'
import { renderLeft } from './report/left'
import { failUnexpectedly } from './report/unexpected-fault'

/** Of Lambda's quota: it knows no inputs. */
const API_SHARE = 0.9

/** An update of a function in a VPC may take this long; a cancelled job gets five minutes. */
const LIMIT_MS = 10 * 60_000

/** The post step: runs always, and has nothing to do after a main step that came to its end. Named as @github/local-action calls it. */
export async function run(): Promise<void> {
  maskSecrets(runnerProxies.secrets)
  hideInAnswers([...runnerProxies.secrets, ...callerSecrets(process.env)])
  try {
    const path = rememberedJournal()
    const journal = path === '' ? undefined : openJournalFile(path)
    if (journal === undefined) return
    const { signal, credentialsEnded } = endAfter(LIMIT_MS)
    const calls = pacing(systemClock, credentialsEnded)(signal)
    const finished = await finishUndo(journal.text, journal.store, {
      lambda: lambdaControl(API_SHARE, calls),
      aliases: aliasControl(API_SHARE, calls),
      roles: lazyRoleControl(calls),
      identity: lazyIdentity(homeRegion([]), calls),
      signal,
      clock: systemClock,
      runner,
    })
    if (finished.kind === 'original') return
    process.exitCode = 1
    await runner.writeSummary(renderLeft(finished, { path, text: journal.text }))
  } catch (thrown) {
    failUnexpectedly(thrown, runnerProxies.secrets, runner)
  }
}
