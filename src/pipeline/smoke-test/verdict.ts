/** What an invocation says about the function: whether it works, and if not, what died. */

import type { Reason } from '../../model/reason'
import type { Invocation } from './invocation'
import { ROTEL_EXTENSION_NAME } from '../../systems/rotel/layers'
import { crashIn } from '../../systems/rotel/crashes'
import { BLACKHOLE } from '../../systems/rotel/messages'
import { parseTail, type Tail } from './tail'

export type SmokeVerdict =
  | { readonly kind: 'passed'; readonly tail: Tail; readonly note: string | undefined }
  | {
      readonly kind: 'failed'
      readonly reason: Reason
      readonly detail: string
      readonly tail: Tail
    }

/**
 * @param acceptFunctionErrors an error that the handler itself throws passes; what kills the environment never does.
 * Lambda answers "Unhandled" for nearly everything: only the type of the error tells the cases apart
 * (aws-lambda-runtime-interface-emulator, rapid/model/customer_error.go).
 */
export function judge(invocation: Invocation, acceptFunctionErrors: boolean): SmokeVerdict {
  const tail = parseTail(invocation.tail)
  const failed = (reason: Reason, detail: string): SmokeVerdict => ({
    kind: 'failed',
    reason,
    detail,
    tail,
  })
  if (invocation.functionError === undefined) {
    if (saidByRotel(tail).some((line) => line.includes(BLACKHOLE))) {
      return failed(
        'export-blackhole',
        'Rotel says that it has no endpoint and discards everything',
      )
    }
    return { kind: 'passed', tail, note: undefined }
  }

  const type = invocation.errorType ?? tail.report?.errorType ?? ''
  const { report } = tail
  if (
    type.startsWith('Extension.') ||
    type === 'TooManyExtensions' ||
    type === 'PermissionDenied'
  ) {
    const broken = tail.extensions.find((extension) => extension.errorType !== undefined)
    const name = broken?.name ?? ROTEL_EXTENSION_NAME
    const unresolved = unresolvedSecret(tail)
    if (unresolved !== undefined && name === ROTEL_EXTENSION_NAME) {
      return failed('secret-unresolved', `${type}: ${unresolved}`)
    }
    const crash = name === ROTEL_EXTENSION_NAME ? crashIn(saidByRotel(tail)) : undefined
    if (crash !== undefined) return failed(crash.reason, `${type}: ${crash.detail}`)
    return failed(
      'extension-crash',
      `${type}: ${broken ? '' : 'probably '}${name} died at the start`,
    )
  }
  if (type === 'Sandbox.Timedout' || report?.status === 'timeout') {
    return failed('timed-out', `the invocation ran into the function’s time-out`)
  }
  if (
    type === 'Runtime.OutOfMemory' ||
    (report !== undefined && wasKilledForMemory(type, report))
  ) {
    const memory = report ? ` (${String(report.maxMemoryMb)} of ${String(report.memoryMb)} MB)` : ''
    return failed('out-of-memory', `it needed more memory than it has${memory}`)
  }
  if (type === 'Runtime.ExitError') {
    return invocation.exitStatus === COMMAND_NOT_FOUND
      ? failed(
          'wrapper-missing',
          'Runtime.ExitError: exit status 127, a file to execute was not found',
        )
      : failed('runtime-exit', 'Runtime.ExitError: the function’s process ended')
  }
  if (/^Function\.|^Runtime\.TruncatedResponse$/.test(type)) {
    return failed('function-error', `${type}: the handler’s answer could not be taken`)
  }
  if (/^(Runtime|Sandbox|Lambda)\./.test(type)) {
    return failed('init-error', `${type}: the environment did not work`)
  }
  if (acceptFunctionErrors) {
    return {
      kind: 'passed',
      tail,
      note: 'the handler threw an error, accepted by `accept: function-errors`',
    }
  }
  return failed('function-error', 'the handler threw an error')
}

/**
 * What Rotel says when a lookup fails, in words of ours: its own may hold more of the answer than is meant to be shown.
 * Source: rotel-lambda-extension v0.1.6, src/secrets.
 */
const UNRESOLVED: readonly (readonly [RegExp, string])[] = [
  [/Unable to parse secret string as JSON/, 'a secret with a `#key` is not JSON with strings only'],
  [/Secret JSON did not contain field/, 'the JSON of a secret has no such `#key`'],
  [/Returned secret ARN was not found/, 'a secret was not found by its partial ARN'],
  [/JSON field selection not allowed/, 'a parameter was given a `#key`'],
  [/Unable to resolve ARNs from secrets manager/, 'Secrets Manager did not give Rotel a secret'],
  [/Unable to resolve ARNs from parameter store/, 'Parameter Store did not give Rotel a parameter'],
  [/Unknown secret ARN service name/, 'a reference is to neither of the stores'],
]

function saidByRotel({ lines }: Tail): readonly string[] {
  return lines.filter(({ source }) => source === 'extension').map(({ text }) => text)
}

function unresolvedSecret(tail: Tail): string | undefined {
  const said = saidByRotel(tail)
  return UNRESOLVED.find(([pattern]) => said.some((text) => pattern.test(text)))?.[1]
}

/** What a shell ends with when the command is not there (recorded for AWS_LAMBDA_EXEC_WRAPPER). */
const COMMAND_NOT_FOUND = 127

/** The kernel kills a process at its limit; Lambda then reports an exit, with all memory used. */
function wasKilledForMemory(type: string, report: NonNullable<Tail['report']>): boolean {
  return type === 'Runtime.ExitError' && report.maxMemoryMb >= report.memoryMb
}
