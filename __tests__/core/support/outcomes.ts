/** Outcomes and reports, ordinary and hostile. */

import type { Outcome } from '../../../src/pipeline/rollout/outcome'
import type { Change } from '../../../src/systems/lambda/change'
import type { Report } from '../../../src/report/report'
import { anArn, ROTEL_X86 } from './functions'

export function aChange(values: { before?: string; after?: string } = {}): Change {
  return {
    layers: { before: [], after: [ROTEL_X86] },
    variables: [
      { name: 'ROTEL_NEW', before: undefined, after: values.after ?? 'after' },
      { name: 'ROTEL_OTHER', before: values.before ?? 'before', after: values.after ?? 'after' },
      { name: 'ROTEL_OLD', before: values.before ?? 'before', after: undefined },
    ],
  }
}

/** A function that was written and invoked. */
export function anOutcome(given: Partial<Outcome> = {}): Outcome {
  const name = given.name ?? 'orders'
  return {
    name,
    region: 'eu-west-1',
    arn: /^[\w-]+$/.test(name) ? anArn(name) : undefined,
    version: '$LATEST',
    status: 'written',
    reason: 'no-verifier',
    detail: undefined,
    change: aChange(),
    changed: true,
    smoke: {
      requestId: '8f5f0f1e-2c5b-4b0e-9d3a-0123456789ab',
      metrics: {
        durationMs: 9.69,
        billedMs: 138,
        memoryMb: 128,
        maxMemoryMb: 40,
        initMs: 127.75,
        status: undefined,
        errorType: undefined,
      },
      tail: [],
    },
    telemetry: undefined,
    warnings: [],
    facts: {
      runtime: 'nodejs22.x',
      architecture: 'x86_64',
      memoryMb: 128,
      timeoutSeconds: 30,
    },
    ...given,
  }
}

export const aFailure: Partial<Outcome> = {
  status: 'rolled-back',
  reason: 'extension-crash',
  detail: 'rotel-extension died',
  changed: false,
}

export function aReport(outcomes: readonly Outcome[], given: Partial<Report> = {}): Report {
  return {
    mode: 'apply',
    planOnly: given.mode === 'plan',
    result: 'success',
    outcomes,
    warnings: [],
    notes: [],
    roleWrites: [],
    cloudwatch: undefined,
    durationMs: 1234,
    invocations: outcomes.length,
    ...given,
  }
}
