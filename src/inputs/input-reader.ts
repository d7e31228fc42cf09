/** What the parsers of single inputs read from, and where they report what is wrong. */

import type { Problem } from '../model/problem'
import { inputDefaults, inputNames, type InputName } from './defaults'
import { secretInputs } from './secret-inputs'

/**
 * A parser that reports a problem still returns a value, so that the next parsers can look for more. Nobody sees that
 * value: with any problem `parseInputs` returns the problems only.
 */
export interface InputReader {
  /** The text as given, not trimmed; the default where that is blank. */
  readonly read: (name: InputName) => string
  readonly problem: (name: InputName, message: string) => void
  readonly warn: (message: string) => void
  /** A value in double quotes as messages may show it: on one line, shortened, with secrets blotted out. */
  readonly show: (value: string) => string
}

export interface Findings {
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

/** Longest value that a message quotes, in characters. */
const LONGEST_QUOTE = 60

/** Runs `parse` and collects what it reports, problems in the order of action.yml, each once. */
export function collectFindings<T>(
  readRaw: (name: string) => string,
  parse: (inputs: InputReader) => T,
): { readonly value: T; readonly findings: Findings } {
  const problems: Problem[] = []
  const warnings: string[] = []
  const secrets = secretInputs(readRaw)

  const value = parse({
    read: (name) => {
      const raw = readRaw(name)
      return raw.trim() === '' ? inputDefaults[name] : raw
    },
    problem: (input, message) => {
      if (!problems.some((known) => known.input === input && known.message === message)) {
        problems.push({ input, message })
      }
    },
    warn: (message) => warnings.push(message),
    show: (text) => `"${shorten(onOneLine(withoutSecrets(text, secrets)))}"`,
  })

  const position = (problem: Problem) => inputNames.findIndex((name) => name === problem.input)
  problems.sort((a, b) => position(a) - position(b))
  return { value, findings: { problems, warnings } }
}

/**
 * Somebody may paste a secret into an input that is none. The runner masks whole secrets only, so it has to go before
 * the text is shortened. Very short ones stay: blotting them out would make every message unreadable.
 */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= 4)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, () => '***'), text)
}

function onOneLine(text: string): string {
  return text.trim().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
}

function shorten(text: string): string {
  const characters = Array.from(text)
  return characters.length <= LONGEST_QUOTE
    ? text
    : `${characters.slice(0, LONGEST_QUOTE).join('')}…`
}
