/** Finds what others could make of a step's log, outputs, summary and comments by the texts that the step shows. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { StepResult } from './step'

/** Of a text that somebody would have liked to be obeyed; it means nothing else anywhere. */
const INJECTED = 'injected-7f'

/** What the runner or GitHub would take for a command, a title, a mention or HTML. */
export const HOSTILE_WORDS = [
  `::error title=${INJECTED}::${INJECTED}`,
  `\n::set-output name=result::${INJECTED}\r::warning::${INJECTED}\r\n::stop-commands::${INJECTED}`,
  `##[set-env name=PATH]${INJECTED} ##[error]${INJECTED} %0A::notice::${INJECTED}`,
  `<img src=x alt=${INJECTED}> [${INJECTED}](https://evil.example) @${INJECTED} | ${INJECTED} |`,
  // A terminal's colours and cursor, and text from right to left.
  `\u001b[8m\u001b[1A\u009b31m\u202e${INJECTED}`,
  `\n# ${INJECTED}\n\`\`\`\n${INJECTED}<<EOF\nresult=${INJECTED}\nEOF\n`,
].join(' ')

const OUTPUTS = Object.keys(
  (
    parse(readFileSync(join(import.meta.dirname, '..', '..', 'action.yml'), 'utf8')) as {
      readonly outputs: object
    }
  ).outputs,
)

const SIGNS = [
  /(?<!\\)<img src=x/,
  /(?<!\\)\]\(https:\/\/evil/,
  new RegExp(`^# ${INJECTED}`, 'm'),
  // Nothing of this action's own is a cell of it alone.
  new RegExp(`(?<!\\\\)\\| ${INJECTED} \\|`),
]

/** In a comment, GitHub tells whoever is mentioned; what stands in code mentions nobody. */
const MENTION = new RegExp(`(?<!\\w)@${INJECTED}`)
const CODE_BLOCK = /^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm
const CODE_SPAN = /`[^`\n]+`|<code>.*?<\/code>/g

/**
 * What came of it; empty if nothing did.
 * @param markdown what is shown as Markdown besides the summary, by its name
 */
export function injectionsIn(
  result: StepResult,
  markdown: Readonly<Record<string, string>> = {},
): readonly string[] {
  const rendered = Object.entries({ summary: result.summary, ...markdown }).flatMap(
    ([place, text]) => {
      const live = text.replace(CODE_BLOCK, '')
      // In front of a sign that is shown as it is stands a backslash.
      return SIGNS.filter((sign) => sign.test(live)).map((sign) => `${sign.source} in ${place}`)
    },
  )
  const mentions = Object.entries(markdown)
    .filter(([, text]) => MENTION.test(text.replace(CODE_BLOCK, '').replace(CODE_SPAN, '')))
    .map(([place]) => `${MENTION.source} in ${place}`)
  return [
    ...result.otherCommands,
    ...(/[\u001b\u009b\u202e]/.test(
      [result.stdout, result.summary, ...Object.values(markdown)].join(),
    )
      ? ['invisible signs are shown as they are']
      : []),
    ...result.annotations
      .filter(({ title, message }) => title === INJECTED || message.trim() === INJECTED)
      .map(({ level, message }) => `${level}: ${message}`),
    ...Object.keys(result.outputs).filter((name) => !OUTPUTS.includes(name)),
    ...Object.entries(result.outputs)
      .filter(([, value]) => value === INJECTED)
      .map(([name, value]) => `${name}=${value}`),
    ...Object.keys(result.state).filter((name) => name !== 'journal'),
    ...rendered,
    ...mentions,
  ]
}
