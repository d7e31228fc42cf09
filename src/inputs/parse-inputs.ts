/** From the texts that a workflow gives to the inputs of a run, or to everything that is wrong with them. */

import { IAC } from '../systems/templates/owner'
import type { Problem } from '../model/problem'
import { parseAccept, type Risk } from './accept'
import { parseAliases, requireInvocation } from './aliases'
import { boolean, choice } from './choices'
import {
  parseClickHouseExporter,
  refuseClickHouseInputs,
  warnOfOtherTables,
} from './clickhouse-exporter'
import { parseCloudWatch, parseDenyPolicy, parseRestorePath, warnOfRestorePath } from './cloudwatch'
import { parseEndpoint } from './endpoint'
import { checkCombination } from './combination'
import { parseHeaders } from './headers'
import { collectFindings, type InputReader } from './input-reader'
import type { Inputs } from '../run'
import { type Mode, MODES } from '../model/mode'
import { shortened } from '../model/redaction'
import type { Targets } from '../pipeline/select/targets'
import type { ExportChoice, OtlpChoice } from '../pipeline/plan/wanted'
import { ENDPOINT_CHECKS } from '../pipeline/preflight/endpoint/verdict'
import { parseInstrumentation } from './instrumentation'
import { parseLayerChoice, parseLayerHashes } from './layer-choice'
import { parseResource } from './resource'
import { parseEnvFile } from './rotel-env-file'
import { parseEnvironment } from './rotel-environment'
import { parseRunLimits } from './run-limits'
import { isOpen } from './selectors'
import { parseSmokeTest } from './smoke-test'
import { parseTargets } from './targets'
import { unknownInputs } from './unknown-inputs'
import { parseProof } from './verifier'

export type ParsedInputs =
  | { readonly ok: true; readonly inputs: Inputs; readonly warnings: readonly string[] }
  /** All of them, in the order of action.yml; at least one. */
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Around the inputs. */
export interface InputEnvironment {
  /** `AWS_REGION`. */
  readonly region?: string
  /** The variables by which the runner passes inputs (`INPUT_…`), to find those that the action does not have. */
  readonly given?: readonly string[]
}

/**
 * Parses all inputs. `read` returns the text of an input untrimmed (a blank at the edge of a key matters), or an empty
 * string. No message holds a secret. Inputs that the mode does not use are not checked.
 */
export function parseInputs(
  read: (name: string) => string,
  { region = '', given = [] }: InputEnvironment,
): ParsedInputs {
  const { value, findings } = collectFindings(read, (inputs) => parse(inputs, region.trim()))
  const problems = [...unknownInputs(given), ...findings.problems]
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, inputs: value, warnings: findings.warnings }
}

function parse(inputs: InputReader, region: string): Inputs {
  const mode = choice<Mode>(inputs, 'mode', { allowed: MODES })
  const dryRun = parseDryRun(inputs, mode)
  const accepted = parseAccept(inputs)
  const { publishAlias, qualifier } = parseAliases(inputs, mode)
  const targets = parseTargets(inputs, region, qualifier)
  const { verifier, asked: proof } = parseProof(inputs, mode)
  const limits = parseRunLimits(inputs, mode === 'plan' || dryRun)
  refuseForeignArns(inputs, targets, limits.allowedAccountIds)
  const common = {
    targets,
    smokeTest: parseSmokeTest(inputs, targets, accepted),
    limits,
    denyPolicyArn: parseDenyPolicy(inputs),
    acceptsLogLoss: accepted.has('log-loss'),
    acceptsUnprovenAliases: accepted.has('unproven-aliases'),
    iac: choice(inputs, 'iac', {
      allowed: IAC,
      alsoKnownAs: {
        sam: 'cloudformation',
        cdk: 'cloudformation',
        serverless: 'cloudformation',
        opentofu: 'terraform',
        tofu: 'terraform',
      },
    }),
  }
  warnOfRestorePath(inputs, mode)
  if (mode === 'remove') return { mode, dryRun, ...common, restoreFile: parseRestorePath(inputs) }

  const configuration = {
    ...parseWanted(inputs, targets, accepted),
    grantSecretAccess: boolean(inputs, 'grant-secret-access'),
    logs: parseCloudWatch(inputs, {
      verifier: mode === 'plan' ? undefined : verifier,
      policyArn: common.denyPolicyArn,
      accepted,
    }),
  }
  requireInvocation(inputs, mode, publishAlias, common.smokeTest)
  if (mode === 'plan') return { mode, ...common, ...configuration, proof, publishAlias }

  const { export: choices, wanted } = configuration
  if (choices.exporter === 'clickhouse') warnOfOtherTables(inputs, choices, verifier)
  else warnOfNoKey(inputs, choices)
  if (wanted.instrumentation.kind === 'attach' && verifier.kind !== 'none' && !verifier.traces) {
    inputs.warn(
      'Without `verify-traces: true`, this step does not check that `auto-instrumentation` produces spans.',
    )
  }
  return mode === 'apply'
    ? { mode, ...common, ...configuration, verifier, publishAlias }
    : { mode, ...common, ...configuration, verifier }
}

function parseDryRun(inputs: InputReader, mode: Mode): boolean {
  const dryRun = boolean(inputs, 'dry-run')
  if (dryRun && mode !== 'remove') {
    inputs.problem(
      'dry-run',
      '`dry-run: true` works only with `mode: remove`. `mode: plan` shows what `apply` would do.',
    )
  }
  return dryRun
}

/** An ARN tells its account without a call of AWS. */
function refuseForeignArns(
  inputs: InputReader,
  { selectors }: Targets,
  allowed: readonly string[],
): void {
  if (allowed.length === 0) return
  for (const one of selectors) {
    if (one.kind !== 'arn' || allowed.includes(one.account)) continue
    inputs.problem(
      'functions',
      `\`functions\` names ${one.name} (${one.region}) of account ${one.account}. \`allowed-account-ids\` allows ${shortened(allowed.join(', '))}.`,
    )
  }
}

function warnOfNoKey(inputs: InputReader, { endpoint, apiKey, headers }: OtlpChoice): void {
  const isSent = headers.some(({ name }) => name.toLowerCase() === 'authorization')
  if (endpoint === undefined || apiKey !== undefined || isSent) return
  inputs.warn(
    '`api-key` is not set. ClickStack refuses telemetry without a key, unless its authentication is off.',
  )
}

function parseWanted(inputs: InputReader, targets: Targets, accepted: ReadonlySet<Risk>) {
  return {
    wanted: {
      layer: parseLayerChoice(inputs),
      instrumentation: parseInstrumentation(inputs),
      acceptForeignSettings: accepted.has('foreign-settings'),
      logFormat: choice(inputs, 'log-format', { allowed: ['keep', 'json'] }),
      acceptUnsupportedRuntime: accepted.has('unsupported-runtime'),
    },
    layerHashes: parseLayerHashes(inputs),
    export: parseExport(inputs, targets),
    endpointCheck: choice(inputs, 'endpoint-check', { allowed: ENDPOINT_CHECKS }),
  }
}

function parseExport(inputs: InputReader, targets: Targets): ExportChoice {
  const exporter = choice(inputs, 'exporter', { allowed: ['otlp', 'clickhouse'] })
  const included = targets.selectors.filter(({ kind }) => kind !== 'exclude')
  const common = {
    ...parseResource(inputs, included.length > 1 || isOpen(targets)),
    environment: parseEnvironment(inputs),
    envFile: parseEnvFile(inputs),
  }
  const choices =
    exporter === 'clickhouse'
      ? { ...parseClickHouseExporter(inputs), ...common }
      : { exporter, ...parseOtlp(inputs), ...common }
  checkCombination(inputs, choices)
  return choices
}

function parseOtlp(inputs: InputReader) {
  refuseClickHouseInputs(inputs)
  return { ...parseEndpoint(inputs), ...parseHeaders(inputs) }
}
