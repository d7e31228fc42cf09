/** The Actions runner, through its toolkit. */

import { randomUUID } from 'node:crypto'
import * as core from '@actions/core'
import { withoutInvisible } from '../model/invisible'
import { membersOf, textOf } from '../model/json'
import type { Runner } from '../model/runner'

export const actionsRunner: Runner = {
  info: (line) => core.info(asLine(line)),
  debug: (line) => core.debug(shown(line)),
  startGroup: (title) => core.startGroup(title),
  endGroup: () => core.endGroup(),
  annotate({ level, title, message }) {
    const text = withoutInvisible(message)
    const properties = { title: withoutInvisible(title) }
    if (level === 'error') core.error(text, properties)
    else if (level === 'warning') core.warning(text, properties)
    else core.notice(text, properties)
  },
  untrusted(lines) {
    // Until the token comes again, the runner takes nothing that is printed for a command.
    const token = randomUUID()
    core.info(`::stop-commands::${token}`)
    for (const line of lines) core.info(shown(line))
    core.info(`::${token}::`)
  },
  setOutput(name, value) {
    try {
      core.setOutput(name, value)
    } catch (thrown) {
      warnOnce(
        `The outputs of this step could not be written (${causeOf(thrown)}). Later steps cannot read them.`,
      )
    }
  },
  async writeSummary(markdown) {
    // Older GitHub Enterprise Servers know no summaries.
    if (!process.env['GITHUB_STEP_SUMMARY']) return
    try {
      await core.summary.addRaw(markdown, true).write()
    } catch (thrown) {
      warnOnce(
        `The job summary could not be written (${causeOf(thrown)}). The log has the results.`,
      )
    }
  },
}

const warned = new Set<string>()

/** The functions decide how a run ends, and not a file of the runner: what could not be written is a warning. */
export function warnOnce(message: string): void {
  if (warned.has(message)) return
  warned.add(message)
  core.warning(message, { title: 'ClickStack for AWS Lambda' })
}

/** The code of Node's error; GitHub's toolkit tells a file that is not there in words alone. */
export function causeOf(thrown: unknown): string {
  const { code, message } = membersOf(thrown)
  if (typeof code === 'string') return code
  return /missing file|unable to access/i.test(textOf(message) ?? '')
    ? 'the runner’s file is missing or may not be written'
    : 'unknown cause'
}

/**
 * The runner still takes `##[command]` anywhere in a line, and a terminal what follows an escape; a line of ours never means
 * one, but may quote others.
 */
function shown(text: string): string {
  return withoutInvisible(text).replaceAll('##[', '## [')
}

/** One line, which the runner does not take for a `::command::`: it does where one begins a line. */
function asLine(text: string): string {
  return shown(text)
    .replace(/[\r\n]+/g, ' ')
    .replace(/^(\s*):(?=:)/, '$1: ')
}

/** The raw text of an input, as the runner passes it on; empty when unset. */
export function readInput(name: string): string {
  return core.getInput(name, { trimWhitespace: false })
}

export function maskSecrets(secrets: readonly string[]): void {
  for (const secret of secrets) core.setSecret(secret)
}

/** The one thing that the post step is told: where the journal is. */
const JOURNAL_STATE = 'journal'

/** Throws where the runner's file cannot be written. */
export function rememberJournal(path: string): void {
  core.saveState(JOURNAL_STATE, path)
}

export function rememberedJournal(): string {
  return core.getState(JOURNAL_STATE)
}
