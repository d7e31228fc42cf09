/** The outputs of the step, within GitHub's limits. */

import type { Outcome } from '../pipeline/rollout/outcome'
import type { Change } from '../systems/lambda/change'
import { metricsText } from './function-line'
import { countByStatus, type Report, sortOutcomes } from './report'
import { renderPlan } from './summary'

/** The contract's limit for the `functions` output. */
const FUNCTIONS_LIMIT_BYTES = 100_000

export type Outputs = Readonly<
  Record<
    'result' | 'changed' | 'functions' | 'summary-json' | 'plan' | 'report-path' | 'restore-path',
    string
  >
>

/** Steps with `if: always()` find every output, whatever happens. */
export const OUTPUTS_OF_A_RUN_THAT_DID_NOTHING: Outputs = {
  result: 'failure',
  changed: 'false',
  functions: JSON.stringify({ functions: [], truncated: false }),
  'summary-json': JSON.stringify({ result: 'failure', functions: 0, changed: 0, statuses: {} }),
  plan: '',
  'report-path': '',
  'restore-path': '',
}

export function outputsOf(report: Report, reportPath: string, restorePath: string): Outputs {
  return {
    result: report.result,
    changed: String(report.outcomes.some(({ changed }) => changed)),
    functions: functionsJson(report.outcomes),
    'summary-json': JSON.stringify({
      result: report.result,
      functions: report.outcomes.length,
      changed: report.outcomes.filter(({ changed }) => changed).length,
      statuses: Object.fromEntries(countByStatus(report.outcomes)),
    }),
    plan: renderPlan(report),
    'report-path': reportPath,
    'restore-path': restorePath,
  }
}

/** The whole report, for the file. */
export function reportJson(report: Report): string {
  const { outcomes, ...run } = report
  return JSON.stringify({ ...run, functions: sortOutcomes(outcomes).map(whole) }, undefined, 2)
}

function functionsJson(outcomes: readonly Outcome[]): string {
  const kept: object[] = []
  let bytes = 64
  const sorted = sortOutcomes(outcomes)
  for (const outcome of sorted) {
    const entry = brief(outcome)
    bytes += new TextEncoder().encode(JSON.stringify(entry)).length + 1
    if (bytes > FUNCTIONS_LIMIT_BYTES) break
    kept.push(entry)
  }
  return JSON.stringify({ functions: kept, truncated: kept.length < sorted.length })
}

function brief(outcome: Outcome) {
  const { name, region, arn, version, status, reason, detail, changed, alias, telemetry } = outcome
  return {
    name,
    region,
    arn: arn?.text,
    version,
    status,
    reason,
    detail,
    changed,
    alias,
    latencyMs: telemetry?.latencyMs,
    links: telemetry?.links,
  }
}

function whole(outcome: Outcome) {
  const { change, rolledBack, smoke, telemetry, warnings, facts } = outcome
  return {
    ...brief(outcome),
    facts,
    missingPolicy: outcome.missingPolicy,
    warnings,
    change: change && changeJson(change),
    rolledBack: rolledBack && {
      change: rolledBack.change && changeJson(rolledBack.change),
      roleEdits: rolledBack.edits,
    },
    roleEdits: outcome.roleEdits,
    uninstrumentedVersions: outcome.uninstrumented,
    smokeTest: smoke && {
      requestId: smoke.requestId,
      metrics: smoke.metrics,
      inWords: metricsText(outcome),
    },
    extensionCost: outcome.extensionCost,
    telemetry,
    cloudwatch: outcome.cloudwatch,
    drift: outcome.drift && {
      tool: outcome.drift.tool,
      stack: outcome.drift.stack,
      snippet: outcome.drift.snippet.lines.join('\n'),
    },
  }
}

/** Names only: values of variables may be secrets. */
function changeJson({ layers, logFormat, variables }: Change) {
  return {
    layers,
    logFormat,
    variables: variables.map(({ name, before, after }) => ({
      name,
      before: before === undefined ? 'absent' : 'hidden',
      after: after === undefined ? 'absent' : 'hidden',
    })),
  }
}
