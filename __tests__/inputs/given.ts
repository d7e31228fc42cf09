/** Inputs as a workflow would give them, for tests of how they are parsed. */

import type { InputName } from '../../src/inputs/defaults'
import type { Inputs } from '../../src/run'
import { defaultSettings } from '../../src/pipeline/plan/export-settings'
import type { ExportSettings, OtlpExport } from '../../src/systems/rotel/export-settings'
import type { Wanted } from '../../src/pipeline/plan/wanted'
import { parseInputs } from '../../src/inputs/parse-inputs'

export type ParseEnvironment = Parameters<typeof parseInputs>[1]

export type Given = Partial<Record<InputName, string>>

/** The least that `mode: apply` accepts without a warning. */
export const leastInputs: Given = {
  functions: 'orders',
  endpoint: 'https://clickstack.example.com:4317',
  'api-key': 'ingestion-key',
  verify: 'none',
}

/** Parses `leastInputs` with changes, in a job with `AWS_REGION=eu-west-1`. */
export function parse(
  changes: Given = {},
  environment: ParseEnvironment = { region: 'eu-west-1' },
) {
  const given: Readonly<Record<string, string>> = { ...leastInputs, ...changes }
  return parseInputs((name) => given[name] ?? '', environment)
}

/** The inputs; fails the test if there are problems. */
export function accepted(changes: Given = {}, environment?: ParseEnvironment): Inputs {
  const parsed = parse(changes, environment)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2))
  return parsed.inputs
}

/** The inputs of a mode that configures functions. */
export function configuration(changes: Given = {}) {
  const inputs = accepted(changes)
  if (inputs.mode === 'remove') throw new Error('`remove` wants nothing')
  return inputs
}

/** What the functions are held against, but for the export. */
export function wanted(changes: Given = {}): Omit<Wanted, 'export'> {
  return configuration(changes).wanted
}

/** What the functions are to send, where neither they nor the endpoint tell what is `auto`. */
export function settings(changes: Given = {}): ExportSettings {
  return defaultSettings(configuration(changes).export)
}

/** What the functions are to send by OTLP. */
export function otlp(changes: Given = {}): OtlpExport {
  const found = settings(changes)
  if (found.exporter !== 'otlp') throw new Error('this is another exporter')
  return found
}

/** The problems as `input: message`; none if the inputs are accepted. */
export function problems(changes: Given = {}, environment?: ParseEnvironment): readonly string[] {
  const parsed = parse(changes, environment)
  return parsed.ok ? [] : parsed.problems.map(({ input, message }) => `${input}: ${message}`)
}

/** The warnings; fails the test if there are problems. */
export function warnings(changes: Given = {}): readonly string[] {
  const parsed = parse(changes)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2))
  return parsed.warnings
}
