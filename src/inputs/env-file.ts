/** `env-file`: a `rotel.env` in the functions' packages, which Rotel reads at its start, after the variables. */

import { faultInVariable } from '../systems/rotel/values'
import type { InputReader } from './input-reader'

/** The path; `undefined` without one. The file itself is in the functions, where nobody but Rotel sees it. */
export function parseEnvFile(inputs: InputReader): string | undefined {
  const path = inputs.read('env-file').trim()
  if (path === '') return undefined
  const fault =
    faultInVariable(path) ??
    (!path.startsWith('/')
      ? 'is no absolute path: functions have their packages in `/var/task`, like `/var/task/rotel.env`'
      : path.endsWith('/')
        ? 'ends in a slash: give the path of a file'
        : path.includes('${')
          ? 'holds a `${`: Lambda does not fill variables in'
          : undefined)
  if (fault !== undefined) {
    inputs.problem('env-file', `\`env-file\` ${inputs.show(path)} ${fault}.`)
  } else if (!/^\/(var\/task|opt)\//.test(path)) {
    inputs.warn(
      `\`env-file\` ${inputs.show(path)} is neither in \`/var/task\`, where a function’s package is, nor in \`/opt\`, where its layers are. Without the file no function starts.`,
    )
  }
  return path
}

/** @param written names of the variables that this step writes */
export function warnOfOverrides(inputs: InputReader, written: readonly string[]): void {
  const names = written.filter((name) => name !== 'ROTEL_ENV_FILE')
  inputs.warn(
    `The values in the file of \`env-file\` go over the functions’ variables, and cannot be seen from here.${names.length === 0 ? '' : ` It must not set what this step writes: ${names.join(', ')}.`}`,
  )
}
