/** What the demo prints: headings, the log of the action as it grows, and what a longer silence waits for. */

import { interpretLog } from '../runner/workflow-commands'

/** Without a new line for this long, a terminal shows what is waited for. */
const SILENCE_MS = 1_000

const isTerminal = process.stdout.isTTY

export function say(text = ''): void {
  process.stdout.write(`${text}\n`)
}

/**
 * Runs `work` while a terminal shows what is waited for; a log of a terminal that is none has one line before.
 * @param waitingFor in words, asked again each time
 */
export async function whileWaiting<T>(
  waitingFor: () => string,
  work: (progress: () => void) => Promise<T>,
): Promise<T> {
  let since = Date.now()
  let isShown = false
  const clear = () => {
    if (isShown) process.stdout.write('\r\u001b[2K')
    isShown = false
  }
  const timer = setInterval(() => {
    const silentMs = Date.now() - since
    if (!isTerminal || silentMs < SILENCE_MS) return
    clear()
    const width = Math.max(20, process.stdout.columns - 1)
    const text = `… ${waitingFor()}, ${String(Math.round(silentMs / 1000))} s`
    process.stdout.write(text.slice(0, width))
    isShown = true
  }, 250)
  try {
    return await work(() => {
      clear()
      since = Date.now()
    })
  } finally {
    clearInterval(timer)
    clear()
  }
}

/** Shows the lines of a step's log as the runner does, each as soon as it is there. */
export function logPrinter(beforeEach: () => void): {
  readonly onLine: (line: string) => void
  /** How many functions ended, as the log tells: `5 of 9 functions`; empty before the first one. */
  readonly progress: () => string
} {
  const lines: string[] = []
  let shown = 0
  let progress = ''
  return {
    onLine(line) {
      lines.push(line)
      const { log } = interpretLog(lines.join('\n'))
      for (const text of log.slice(shown)) {
        beforeEach()
        say(`  │ ${text}`)
        const [, ended, total] = /^ *(\d+)\/(\d+) {2}/.exec(text) ?? []
        if (ended !== undefined) progress = `${ended} of ${total ?? '?'} functions have ended`
      }
      shown = log.length
    },
    progress: () => progress,
  }
}
