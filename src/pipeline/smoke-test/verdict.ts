/** What an invocation shows of the function: whether it works, and if not, what failed. */

import type { Reason } from '../../model/reason'
import type { Invocation } from './invocation'
import { ROTEL_EXTENSION_NAME } from '../../systems/rotel/layers'
import { type Crash, crashIn, isLastLine } from '../../systems/rotel/crashes'
import { exportFailureIn } from '../../systems/rotel/export-failures'
import { BLACKHOLE, readRotelLine } from '../../systems/rotel/messages'
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
 * @param configuredMb memory of the function, for a log without a REPORT
 */
export function smokeVerdict(
  invocation: Invocation,
  acceptFunctionErrors: boolean,
  configuredMb?: number,
): SmokeVerdict {
  const tail = parseTail(invocation.tail)
  const failed = (reason: Reason, detail: string): SmokeVerdict => ({
    kind: 'failed',
    reason,
    detail,
    tail,
  })
  if (invocation.functionError === undefined) {
    const lines = rotelLines(tail)
    if (lines.some((line) => line.includes(BLACKHOLE))) {
      return failed('export-blackhole', 'Rotel has no endpoint and discards all telemetry')
    }
    // A fast handler has answered before Rotel, which was ready, ends with the first invocation.
    if (rotelHasEnded(tail)) {
      const { reason, detail } = crashIn(lines) ?? UNKNOWN_END
      return failed(reason, `the function answered, but Rotel ended with it: ${detail}`)
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
    const crash = name === ROTEL_EXTENSION_NAME ? crashIn(rotelLines(tail)) : undefined
    if (crash !== undefined) return failed(crash.reason, `${type}: ${crash.detail}`)
    return failed(
      'extension-crash',
      `${type}: ${name} ${broken ? 'crashed' : 'probably crashed'} at startup`,
    )
  }
  // With the first invocation it may end whatever the handler does, and the handler is then not what is to be mended.
  if (rotelHasEnded(tail)) {
    const { reason, detail } = crashIn(rotelLines(tail)) ?? UNKNOWN_END
    return failed(reason, `Rotel ended in this invocation: ${detail}`)
  }
  if (type === 'Sandbox.Timedout' || report?.status === 'timeout') {
    const told = exportFailureIn(rotelLines(tail))
    if (told !== undefined && !LETS_GO.has(told.reason)) {
      return failed(told.reason, `the invocation timed out; ${told.detail}`)
    }
    return failed('function-timeout', 'the invocation timed out')
  }
  if (
    type === 'Runtime.OutOfMemory' ||
    (report !== undefined && wasKilledForMemory(type, report))
  ) {
    const memory = memoryText(report, configuredMb)
    return failed('out-of-memory', `the function ran out of memory${memory}`)
  }
  if (type === 'Runtime.ExitError') {
    return invocation.exitStatus === COMMAND_NOT_FOUND
      ? failed(
          'wrapper-missing',
          'Runtime.ExitError: exit status 127, the file to execute was not found',
        )
      : failed('runtime-exit', 'Runtime.ExitError: the function’s process exited')
  }
  if (/^Function\.|^Runtime\.TruncatedResponse$/.test(type)) {
    return failed('function-error', `${type}: Lambda could not process the handler’s response`)
  }
  if (/^(Runtime|Sandbox|Lambda)\./.test(type)) {
    return failed('init-error', `${type}: the execution environment did not start`)
  }
  // A handler's error bears the ID of its request; one of before had none yet.
  const isOfInit = invocation.errorOf === 'none' || tail.initFailed
  if (isOfInit && invocation.errorOf !== 'request') {
    return failed('init-error', 'the function failed while its execution environment started')
  }
  if (acceptFunctionErrors) {
    return {
      kind: 'passed',
      tail,
      note: 'the handler returned an error, which `accept: function-errors` accepts',
    }
  }
  return failed('function-error', 'the handler returned an error')
}

/** Rotel’s need comes on top of the function’s own: the figures tell how much more it takes. */
function memoryText(report: Tail['report'], configuredMb: number | undefined): string {
  if (report !== undefined) {
    return ` (${String(report.maxMemoryMb)} of ${String(report.memoryMb)} MB used)`
  }
  return configuredMb === undefined ? '' : ` (${String(configuredMb)} MB are configured)`
}

const UNKNOWN_END: Crash = { reason: 'extension-crash', detail: 'the cause is unknown' }

/** Whether its last line is there: it tells a cause, and may quote what nobody is to see. */
export function rotelHasEnded(tail: Tail): boolean {
  return rotelLines(tail).some((line) => {
    const parsed = readRotelLine(line)
    return parsed !== undefined && isLastLine(parsed)
  })
}

/** With these it waits for nobody, so that they do not explain a timeout. */
const LETS_GO: ReadonlySet<Reason> = new Set(['export-blackhole', 'export-dropped'])

function rotelLines({ lines }: Tail): readonly string[] {
  return lines.filter(({ source }) => source === 'extension').map(({ text }) => text)
}

/** Exit status of a shell when the command is not found (recorded for AWS_LAMBDA_EXEC_WRAPPER). */
const COMMAND_NOT_FOUND = 127

/** The kernel kills a process at its limit; Lambda then reports an exit, with all memory used. */
function wasKilledForMemory(type: string, report: NonNullable<Tail['report']>): boolean {
  return type === 'Runtime.ExitError' && report.maxMemoryMb >= report.memoryMb
}
