/** From the texts that a workflow gives to the inputs of a run, or to everything that is wrong with them. */

import type { Iac } from '../systems/templates/owner'
import type { Problem } from '../model/problem'
import { boolean, choice } from './choices'
import {
  parseClickHouseExporter,
  refuseClickHouseInputs,
  warnOfOtherTables,
} from './clickhouse-exporter'
import { parseCloudWatch, parseDenyPolicy, parseRestorePath } from './cloudwatch'
import { type DetectedProtocol, parseEndpoint } from './endpoint'
import { checkCombination } from './combination'
import { parseEnvFile } from './env-file'
import { parseEnvironment } from './environment'
import { parseHeaders } from './headers'
import { collectFindings, type InputReader } from './input-reader'
import type { ExportSettings } from '../systems/rotel/export-settings'
import type { Inputs } from '../run'
import type { Mode } from '../model/mode'
import type { Targets } from '../pipeline/select/targets'
import type { Wanted } from '../pipeline/plan/wanted'
import { parseInstrumentation } from './instrumentation'
import { parseLayerChoice } from './layer-choice'
import { refuseNotAvailableYet } from './not-available-yet'
import { parseResource } from './resource'
import { parseRunLimits } from './run-limits'
import { hasPattern } from './selectors'
import { parseSmokeTest } from './smoke-test'
import { parseTargets } from './targets'
import { parseVerifier } from './verifier'

export type ParsedInputs =
  | { readonly ok: true; readonly inputs: Inputs; readonly warnings: readonly string[] }
  /** All of them, in the order of action.yml; at least one. */
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Parses all inputs. `read` returns the text of an input untrimmed (a blank at the edge of a key matters), or an empty
 * string; `environment.region` is `AWS_REGION`, `environment.detected` what the
 * endpoint answered where only that tells the protocol. No message holds a secret. Inputs that the mode has no use for are not
 * looked at, except those that are not available yet.
 */
export function parseInputs(
  read: (name: string) => string,
  environment: { readonly region?: string; readonly detected?: DetectedProtocol },
): ParsedInputs {
  const { value, findings } = collectFindings(read, (inputs) =>
    parse(inputs, environment.region?.trim() ?? '', environment.detected ?? 'not-asked'),
  )
  return findings.problems.length > 0
    ? { ok: false, problems: findings.problems }
    : { ok: true, inputs: value, warnings: findings.warnings }
}

function parse(inputs: InputReader, region: string, detected: DetectedProtocol): Inputs {
  refuseNotAvailableYet(inputs)
  const mode = choice<Mode>(inputs, 'mode', { allowed: ['apply', 'plan', 'verify', 'remove'] })
  const targets = parseTargets(inputs, region)
  const verifier = parseVerifier(inputs, mode)
  const common = {
    targets,
    smokeTest: parseSmokeTest(inputs, targets.selectors),
    limits: parseRunLimits(inputs),
    denyPolicyArn: parseDenyPolicy(inputs),
    iac: choice<Iac>(inputs, 'iac', {
      allowed: ['auto', 'cloudformation', 'terraform', 'none'],
      alsoKnownAs: {
        sam: 'cloudformation',
        cdk: 'cloudformation',
        serverless: 'cloudformation',
        opentofu: 'terraform',
        tofu: 'terraform',
      },
    }),
  }
  if (mode === 'remove') return { mode, ...common, restoreFile: parseRestorePath(inputs) }

  const wanted = parseWanted(inputs, targets, detected)
  const configuration = {
    wanted,
    grantSecretAccess: boolean(inputs, 'grant-secret-access'),
    logs: parseCloudWatch(inputs, mode === 'plan' ? undefined : verifier, common.denyPolicyArn),
  }
  if (mode === 'plan') return { mode, ...common, ...configuration }

  if (wanted.export.exporter === 'clickhouse') {
    warnOfOtherTables(inputs, wanted.export, verifier)
  } else if (
    wanted.export.endpoint !== undefined &&
    wanted.export.headers.every(({ name }) => name.toLowerCase() !== 'authorization')
  ) {
    inputs.warn(
      'There is no `api-key`. ClickStack refuses telemetry without one, unless its authentication is off.',
    )
  }
  if (wanted.instrumentation.kind === 'attach' && verifier.kind !== 'none' && !verifier.traces) {
    inputs.warn(
      'Without `verify-traces: true` nobody looks whether `auto-instrumentation` brings any spans.',
    )
  }
  return { mode, ...common, ...configuration, verifier }
}

function parseWanted(inputs: InputReader, targets: Targets, detected: DetectedProtocol): Wanted {
  return {
    layer: parseLayerChoice(inputs),
    instrumentation: parseInstrumentation(inputs),
    export: parseExport(inputs, targets, detected),
    adopt: boolean(inputs, 'adopt'),
    logFormat: choice(inputs, 'log-format', { allowed: ['keep', 'json'] }),
    allowUnsupportedRuntime: boolean(inputs, 'allow-unsupported-runtime'),
  }
}

function parseExport(
  inputs: InputReader,
  { selectors }: Targets,
  detected: DetectedProtocol,
): ExportSettings {
  const exporter = choice(inputs, 'exporter', { allowed: ['otlp', 'clickhouse'] })
  const included = selectors.filter(({ kind }) => kind !== 'exclude')
  const common = {
    ...parseResource(inputs, included.length > 1 || hasPattern(included)),
    environment: parseEnvironment(inputs),
    envFile: parseEnvFile(inputs),
  }
  const settings =
    exporter === 'clickhouse'
      ? { ...parseClickHouseExporter(inputs), ...common }
      : { exporter, ...parseOtlp(inputs, detected), ...common }
  checkCombination(inputs, settings)
  return settings
}

function parseOtlp(inputs: InputReader, detected: DetectedProtocol) {
  refuseClickHouseInputs(inputs)
  return { ...parseEndpoint(inputs, detected), headers: parseHeaders(inputs) }
}
