/** The input `rotel-environment`: further variables for Rotel and the OpenTelemetry SDK. */

import { namedExporters, parameterPrefix } from '../systems/rotel/named-exporters'
import { faultOfOption, oddityOfOption, OPTION_NAMES, optionKind } from '../systems/rotel/options'
import { doubtInHeaderValue, doubtInVariable, faultInVariable } from '../systems/rotel/values'
import {
  readSecretValue,
  type ReferenceProblem,
  type SecretValue,
} from '../systems/rotel/secret-reference'
import type { InputReader } from './input-reader'
import type { NameValue } from '../systems/rotel/export-settings'
import { readLines } from './list-forms'
import { splitNameValue } from './lists'
import { nearest } from './nearest'

/** Variables that other inputs set, and which input that is. */
const SET_BY_INPUT: Readonly<Record<string, string>> = {
  ROTEL_OTLP_EXPORTER_ENDPOINT: '`endpoint`',
  ROTEL_OTLP_EXPORTER_PROTOCOL: '`protocol`',
  ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: '`api-key` and `headers`',
  ROTEL_OTEL_RESOURCE_ATTRIBUTES: '`service-name` and `resource-attributes`',
  ROTEL_EXPORTER: '`exporter`',
  ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: '`endpoint` with `exporter: clickhouse`',
  ROTEL_CLICKHOUSE_EXPORTER_DATABASE: '`exporter-database`',
  ROTEL_CLICKHOUSE_EXPORTER_TABLE_PREFIX: '`exporter-table-prefix`',
  ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: '`exporter-json`',
  ROTEL_CLICKHOUSE_EXPORTER_USER: '`exporter-user`',
  ROTEL_CLICKHOUSE_EXPORTER_PASSWORD: '`exporter-password`',
  ROTEL_ENV_FILE: '`rotel-env-file`',
}

/** Values may be secret, so problems name the line, and the variable once it is known to be one. */
export function parseEnvironment(inputs: InputReader): readonly NameValue[] {
  const variables: NameValue[] = []
  for (const { text, line } of readLines(inputs, 'rotel-environment')) {
    const variable = splitNameValue(text)
    if (variable === undefined) {
      inputs.problem(
        'rotel-environment',
        `\`rotel-environment\`: line ${line} has no \`=\`. Use the form \`NAME=value\`.`,
      )
      continue
    }
    const value = secretValue(variable.value)
    const fault = faultInName(variable.name) ?? faultInValue(variable, value)
    if (fault !== undefined) {
      inputs.problem('rotel-environment', `\`rotel-environment\`: line ${line} ${fault}.`)
      continue
    }
    if (variables.some(({ name }) => name === variable.name)) {
      inputs.problem(
        'rotel-environment',
        `\`rotel-environment\`: line ${line} sets \`${variable.name}\` a second time.`,
      )
    }
    const written = 'problem' in value ? variable.value : value.written
    const doubt = doubtInValue(variable.name, written)
    if (doubt !== undefined) {
      inputs.warn(
        `\`rotel-environment\`: line ${line} sets \`${variable.name}\` to a value that ${doubt}.`,
      )
    }
    variables.push({ name: variable.name, value: written })
  }
  warnOfUnknown(inputs, variables)
  return variables
}

/** Rotel ignores names that it does not know: a mistyped one would silently do nothing. */
function warnOfUnknown(inputs: InputReader, variables: readonly NameValue[]): void {
  const ofExporters = [
    ...namedExporters(variables.find(({ name }) => name === 'ROTEL_EXPORTERS')?.value ?? '').keys(),
  ].map(parameterPrefix)
  for (const { name } of variables) {
    if (!name.startsWith('ROTEL_') || optionKind(name) !== undefined) continue
    if (ofExporters.some((prefix) => name.startsWith(prefix))) continue
    const meant = nearest(name, OPTION_NAMES)
    inputs.warn(
      `\`rotel-environment\` sets \`${name}\`, which Rotel does not read.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`}`,
    )
  }
}

function faultInName(name: string): string | undefined {
  // Lambda's own pattern for keys (API reference, Environment) is wider; these are all that Rotel and the SDKs read.
  if (!/^(ROTEL|OTEL|AWS|LAMBDA)_[A-Za-z0-9_]+$/.test(name)) {
    return 'does not begin with the name of a `ROTEL_…` or `OTEL_…` variable (letters, digits, `_`) and `=`'
  }
  if (/^(AWS|LAMBDA)_/.test(name)) {
    return `sets \`${name}\`, which belongs to Lambda. Only \`ROTEL_…\` and \`OTEL_…\` are allowed`
  }
  if (Object.hasOwn(SET_BY_INPUT, name)) {
    return `sets \`${name}\`. Use the input ${SET_BY_INPUT[name] ?? ''}`
  }
  return undefined
}

/** ARNs may be meant as they are here, except those of secrets. */
function secretValue(value: string): SecretValue | ReferenceProblem {
  const isPlain = value.startsWith('arn:') && !/^arn:[^:]*:(secretsmanager|ssm):/.test(value)
  return isPlain ? { written: value, references: [] } : readSecretValue(value)
}

function faultInValue(
  { name, value }: NameValue,
  secret: SecretValue | ReferenceProblem,
): string | undefined {
  const fault = faultInVariable(value)
  if (fault !== undefined) return `sets \`${name}\` to a value that ${fault}`
  if ('problem' in secret) {
    return `sets \`${name}\` to a value that is meant as a reference to a secret, and ${secret.problem}`
  }
  const isReference = secret.references.length > 0
  if (isReference && !name.startsWith('ROTEL_')) {
    return `sets \`${name}\` to a reference to a secret, which Rotel resolves only in \`ROTEL_…\`: the SDK would use the reference itself as the value`
  }
  const kind = optionKind(name)
  const isList = kind === 'headers' || kind === 'pairs'
  // A secret may hold the whole list, or any other value.
  if (kind === undefined || (isReference && !(isList && value.includes('=')))) return undefined
  const unparsed = faultOfOption(kind, isList ? secret.written : value)
  return unparsed === undefined ? undefined : `sets \`${name}\` to a value that ${unparsed}`
}

/** What runs and is probably a mistake. Headers are not quoted, and a host without a scheme gets plain HTTP. */
function doubtInValue(name: string, value: string): string | undefined {
  const kind = optionKind(name)
  if (kind === 'endpoint' && !/:\/\/|^\$\{/.test(value)) {
    return 'has no scheme: Rotel then uses `http://`'
  }
  const oddity = kind === undefined ? undefined : oddityOfOption(kind, value)
  if (oddity !== undefined) return oddity
  const isList = kind === 'headers' || kind === 'pairs'
  return doubtInVariable(value) ?? (isList ? doubtInHeaderValue(value) : undefined)
}
