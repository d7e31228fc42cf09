/** `rotel-env-file`: a `rotel.env` in the functions' packages, which Rotel reads at its start, after the variables. */

import { doubtInVariable, faultInVariable } from '../systems/rotel/values'
import type { InputReader } from './input-reader'

/** The path; `undefined` without one. The file itself is in the functions, where only Rotel reads it. */
export function parseEnvFile(inputs: InputReader): string | undefined {
  const path = inputs.read('rotel-env-file').trim()
  if (path === '') return undefined
  const fault =
    faultInVariable(path) ??
    doubtInVariable(path) ??
    (!path.startsWith('/')
      ? 'is not an absolute path: functions have their packages in `/var/task`, such as `/var/task/rotel.env`'
      : path.endsWith('/')
        ? 'ends with a slash: set the path of a file'
        : path.includes('${')
          ? 'contains `${`: Lambda does not expand variables'
          : undefined)
  if (fault !== undefined) {
    inputs.problem('rotel-env-file', `\`rotel-env-file\` ${inputs.show(path)} ${fault}.`)
  } else if (!/^\/(var\/task|opt)\//.test(path)) {
    inputs.warn(
      `\`rotel-env-file\` ${inputs.show(path)} is neither in \`/var/task\`, where a function’s package is, nor in \`/opt\`, where its layers are. A function without the file does not start.`,
    )
  }
  return path
}

/** @param written names of the variables that this step writes */
export function warnOfOverrides(inputs: InputReader, written: readonly string[]): void {
  const names = written.filter((name) => name !== 'ROTEL_ENV_FILE')
  inputs.warn(
    `The values in the file of \`rotel-env-file\` override the functions’ variables, and cannot be checked.${names.length === 0 ? '' : ` The file must not set what this step writes: ${names.join(', ')}.`}`,
  )
}
