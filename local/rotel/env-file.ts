/** `ROTEL_ENV_FILE`: a dotenv file whose values lie over the function's own variables. */
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
  for (const line of content.split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, name, raw] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*)$/.exec(line) ?? []
    if (name === undefined || raw === undefined) {
      return {
        ok: false,
        crash: stderrCrash(
          `Can not load envfile: unable to parse line: Error parsing line: '${line}'`,
        ),
      }
    }
    merged[name] = valueOf(raw, merged)
  }
  return { ok: true, variables: merged }
}

/** Single quotes are literal; `${NAME}` is replaced elsewhere, but `${arn:…}` stays for the secrets. */
function valueOf(raw: string, variables: Variables): string {
  const single = /^'([^']*)'/.exec(raw)?.[1]
  if (single !== undefined) return single
  const double = /^"((?:\\.|[^"\\])*)"/.exec(raw)?.[1]
  const text = double ?? raw.replace(/\s+#.*$/, '').trimEnd()
  return text
    .replace(/(\\?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, escape: string, name: string) =>
      escape === '' ? (variables[name] ?? '') : whole.slice(1),
    )
    .replaceAll('\\"', '"')
}
