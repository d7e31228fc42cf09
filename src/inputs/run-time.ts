/** How long the run may take: `timeout-minutes`, or less where its credentials expire before. */

import type { Problem } from '../model/problem'
import type { RunTime } from '../model/run-time'

/** For everything but the rollback, which has the rest. */
const FORWARD_SHARE = 2 / 3

/**
 * As `aws configure export-credentials` and the AWS SDKs have it (RFC 3339). The output `aws-expiration` of
 * aws-actions/configure-aws-credentials is JSON, so that it comes in quotes (its src/helpers.ts).
 */
const EXPIRATION = 'AWS_CREDENTIAL_EXPIRATION'
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

export type TimeOfRun =
  | {
      readonly ok: true
      readonly time: RunTime
      /** Told before anything is done. */
      readonly warnings: readonly string[]
    }
  | { readonly ok: false; readonly problem: Problem }

/**
 * @param expiration the value of AWS_CREDENTIAL_EXPIRATION; empty: not known
 * @param now in ms since the epoch
 */
export function timeOfRun(timeoutMinutes: number, expiration: string, now: number): TimeOfRun {
  const timeout = `\`timeout-minutes: ${String(timeoutMinutes)}\``
  const limitMs = timeoutMinutes * 60_000
  const byTimeout: RunTime = {
    limitMs,
    forwardMs: limitMs * FORWARD_SHARE,
    forwardEnd: `the run reached two thirds of ${timeout}, the rest is for the rollback`,
    end: `the run reached ${timeout}`,
  }
  const given = expiration.trim().replace(/^"(.*)"$/, '$1')
  if (given === '') return { ok: true, time: byTimeout, warnings: [] }
  const expiresAt = RFC_3339.test(given) ? Date.parse(given.replace(' ', 'T')) : Number.NaN
  if (Number.isNaN(expiresAt)) {
    const warning = `${EXPIRATION} is ignored, because it is not a time such as 2026-11-26T09:30:00Z. This step does not know when its credentials expire.`
    return { ok: true, time: byTimeout, warnings: [warning] }
  }
  const at = new Date(expiresAt).toISOString().replace('.000Z', 'Z')
  const leftMs = expiresAt - now
  if (leftMs <= 0) {
    const message = `The credentials of this job expired at ${at} (${EXPIRATION}). ${SIGN_IN} If other credentials have been set since, set ${EXPIRATION} to their expiry, or to an empty value.`
    return { ok: false, problem: { input: undefined, message } }
  }
  if (leftMs >= limitMs) return { ok: true, time: byTimeout, warnings: [] }
  const forwardMs = leftMs * FORWARD_SHARE
  return {
    ok: true,
    time: {
      limitMs: leftMs,
      forwardMs,
      forwardEnd: `the run reached two thirds of the time until its credentials expire at ${at} (${EXPIRATION}), the rest is for the rollback`,
      end: `the credentials of the run expire at ${at} (${EXPIRATION})`,
    },
    warnings: [
      `The credentials of this job expire in ${durationOf(leftMs)}, at ${at} (${EXPIRATION}), before ${timeout} is over. After ${durationOf(forwardMs)} nothing more is started, so that the rest is enough for a rollback. ${SIGN_IN}`,
    ],
  }
}

const SIGN_IN =
  'Sign in again right before this step, or raise `role-duration-seconds` of aws-actions/configure-aws-credentials.'

/** `12 minutes`, `80 seconds`: rounded down. */
function durationOf(ms: number): string {
  return ms < 120_000
    ? `${String(Math.floor(ms / 1000))} seconds`
    : `${String(Math.floor(ms / 60_000))} minutes`
}
