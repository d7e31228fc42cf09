/**
 * `ROTEL_ENV_FILE`: a dotenv file whose values lie over the function's own variables (dotenvy, in the fork that keeps
 * `${arn:…}`).
 */
import { stderrCrash, type Crash } from './crash'

type Variables = Readonly<Record<string, string>>

export type LoadedVariables =
  | { readonly ok: true; readonly variables: Variables }
  | { readonly ok: false; readonly crash: Crash }

/** @param read the content of a file of the environment, `undefined` when there is none. */
export function layEnvFile(
  variables: Variables,
  read: (path: string) => string | undefined,
): LoadedVariables {
  const path = variables['ROTEL_ENV_FILE']
  if (path === undefined) return { ok: true, variables }
  const content = read(path)
  if (content === undefined) {
    return {
      ok: false,
      crash: stderrCrash(`Can not load envfile: failed to open env file ${path}: path not found`),
    }
  }
  const merged: Record<string, string> = { ...variables }
  const lines = content.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at] ?? ''
    if (/^\s*(#|$)/.test(line)) continue
    // A quoted value may go on over several lines.
    while (hasOpenQuote(line) && at + 1 < lines.length) line += `\n${lines[(at += 1)] ?? ''}`
    const [, name, raw] =
      /^[^\S\uFEFF]*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=[^\S\n]*([\s\S]*)$/.exec(line) ?? []
    // The function's own variable goes before one of the file.
    const value = raw === undefined ? undefined : valueOf(raw, { ...merged, ...variables })
    if (name === undefined || value === undefined) {
      return {
        ok: false,
        crash: stderrCrash(
          `Can not load envfile: unable to parse line: Error parsing line: '${line}'`,
        ),
      }
    }
    merged[name] = value
  }
  return { ok: true, variables: merged }
}

function hasOpenQuote(text: string): boolean {
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\\' && quote !== "'") at += 1
    else if (character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (quote === '' && character === '#' && /\s/.test(text[at - 1] ?? '')) return false
  }
  return quote !== ''
}

/**
 * Single quotes are literal, a backslash escapes one character elsewhere, a blank outside quotes ends the value, and
 * only a comment may follow it. `${NAME}` and `$NAME` are filled in, `${arn:…}` stays for the secrets. `undefined`: does not parse.
 */
function valueOf(raw: string, variables: Variables): string | undefined {
  let value = ''
  let quote = ''
  for (let rest = raw; rest !== '';) {
    const [first = ''] = rest
    if (quote === "'") {
      if (first === "'") quote = ''
      else value += first
    } else if (first === '\\') {
      const [, escaped] = /^\\([\\'"$ n])/.exec(rest) ?? []
      if (escaped === undefined) return undefined
      value += escaped === 'n' ? '\n' : escaped
      rest = rest.slice(1)
    } else if (rest.startsWith('${')) {
      const end = rest.indexOf('}')
      if (end === -1) return undefined
      const name = rest.slice(2, end)
      value += name.startsWith('arn:') ? rest.slice(0, end + 1) : (variables[name] ?? '')
      rest = rest.slice(end)
    } else if (/^\$[A-Za-z_]/.test(rest)) {
      const [whole = '', name = ''] = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(rest) ?? []
      value += variables[name] ?? ''
      rest = rest.slice(whole.length - 1)
    } else if (first === quote) {
      quote = ''
    } else if (quote === '' && (first === '"' || first === "'")) {
      quote = first
    } else if (quote === '' && /\s/.test(first)) {
      return /^\s*(#|$)/.test(rest) ? value : undefined
    } else {
      value += first
    }
    rest = rest.slice(1)
  }
  return quote === '' ? value : undefined
}
