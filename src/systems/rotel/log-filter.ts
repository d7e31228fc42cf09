/**
 * What `RUST_LOG` lets Rotel print. The function’s own code may read the same variable, so its value is the user’s.
 * Rules: crate tracing-subscriber, EnvFilter; recorded with the extension 0.1.6.
 */

import type { Variables } from '../lambda/lambda-function'

/**
 * Where the two start lines come from: the crate of the agent, and that of the extension. Each alone shows that an
 * environment has started.
 */
const START_TARGETS = ['rotel::init::agent', 'rotel_extension']

const LEVELS: Readonly<Record<string, number>> = {
  off: 0,
  error: 1,
  warn: 2,
  info: 3,
  debug: 4,
  trace: 5,
}

const INFO = 3

interface Directive {
  /** Beginning of the targets that it is about; empty: all of them. */
  readonly target: string
  readonly level: number
}

/** Whether the lines by which a new environment is recognised are hidden. An env file that sets it too is not known. */
export function hidesStartLines(variables: Variables): boolean {
  const filter = variables.get('RUST_LOG')
  if (filter === undefined) return false
  const parts = filter.split(',').filter((part) => part !== '')
  // Without any directive, Rotel takes its default.
  if (parts.length === 0) return false
  const directives = parts.flatMap(directiveOf)
  return !START_TARGETS.some((target) => levelFor(target, directives) >= INFO)
}

/** The longest target that fits decides, and of two equal ones the later. */
function levelFor(target: string, directives: readonly Directive[]): number {
  const fitting = directives.filter((one) => target.startsWith(one.target))
  const longest = Math.max(0, ...fitting.map((one) => one.target.length))
  return fitting.findLast((one) => one.target.length === longest)?.level ?? 0
}

/** `level`, `target` or `target=level`; blanks belong to it. What asks for a span (`[…]`) shows nothing outside of one. */
function directiveOf(part: string): readonly Directive[] {
  const alone = levelOf(part)
  if (alone !== undefined) return [{ target: '', level: alone }]
  if (part.includes('[')) return []
  const [target = '', level = ''] = part.split('=')
  return [{ target, level: levelOf(level) ?? LEVELS['trace'] ?? INFO }]
}

function levelOf(text: string): number | undefined {
  if (/^[0-5]$/.test(text)) return Number(text)
  return LEVELS[text.toLowerCase()]
}
