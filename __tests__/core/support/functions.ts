/** Functions, layers and settings as the core sees them, with as little said as a test needs. */

import fc from 'fast-check'
import type { OtlpExport } from '../../../src/systems/rotel/export-settings'
import type { Wanted } from '../../../src/pipeline/plan/wanted'
import { parseFunctionArn } from '../../../src/systems/lambda/function-arn'
import type {
  AttachedLayer,
  FunctionArn,
  LambdaFunction,
  Variables,
} from '../../../src/systems/lambda/lambda-function'
import type { Change } from '../../../src/systems/lambda/change'
import { applyVariables } from '../../../src/systems/lambda/change'
import type { PlanContext } from '../../../src/pipeline/plan/plan'

export const ACCOUNT = '123456789012'
export const ROTEL = '418653438961'
export const REGION = 'eu-west-1'

/** What a test says of a function; everything else is an ordinary one's. */
export type Given = Partial<Omit<LambdaFunction, 'arn' | 'layers' | 'environment'>> & {
  readonly name?: string
  readonly region?: string
  readonly partition?: string
  readonly account?: string
  /** ARNs, or the layer with its signature. */
  readonly layers?: readonly (string | AttachedLayer)[]
  /** `undefined`: Lambda does not show them. */
  readonly variables?: Readonly<Record<string, string>> | Variables | undefined
}

export function anArn(name = 'orders', given: Given = {}): FunctionArn {
  const { partition = 'aws', region = REGION, account = ACCOUNT } = given
  const arn = parseFunctionArn(`arn:${partition}:lambda:${region}:${account}:function:${name}`)
  if (arn === undefined) throw new Error(`${name} is no name`)
  return arn
}

/** A healthy nodejs22.x function without layers and variables. */
export function aFunction(given: Given = {}): LambdaFunction {
  const { name, layers = [], variables = {}, region, partition, account, ...facts } = given
  const where = {
    ...(region === undefined ? {} : { region }),
    ...(partition === undefined ? {} : { partition }),
    ...(account === undefined ? {} : { account }),
  }
  return {
    version: '$LATEST',
    packageType: 'Zip',
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    architecture: 'x86_64',
    timeoutSeconds: 30,
    memoryMb: 512,
    revisionId: 'revision-1',
    codeSha256: 'c29tZSBjb2Rl',
    lastModified: undefined,
    inVpc: false,
    state: 'Active',
    lastUpdateStatus: 'Successful',
    lastUpdateReason: undefined,
    logFormat: 'Text',
    applicationLogLevel: undefined,
    systemLogLevel: undefined,
    logGroup: `/aws/lambda/${name ?? 'orders'}`,
    roleArn: `arn:${partition ?? 'aws'}:iam::${account ?? ACCOUNT}:role/orders-role`,
    tags: new Map(),
    signed: false,
    snapStart: false,
    kind: 'ordinary',
    reservedConcurrency: undefined,
    ...facts,
    arn: anArn(name, where),
    layers: layers.map((layer) =>
      typeof layer === 'string' ? { arn: layer, signed: false } : layer,
    ),
    environment:
      'variables' in given && given.variables === undefined
        ? { readable: false, errorCode: 'AccessDeniedException' }
        : { readable: true, variables: asMap(variables) },
  }
}

function asMap(variables: Readonly<Record<string, string>> | Variables): Variables {
  return variables instanceof Map
    ? (variables as Variables)
    : new Map(Object.entries(variables as Readonly<Record<string, string>>))
}

/** `layer('rotel-extension-amd64', 7)`, in this region. */
export function layer(name: string, version: number, account = ROTEL, region = REGION): string {
  return `arn:aws:lambda:${region}:${account}:layer:${name}:${String(version)}`
}

export const ROTEL_X86 = layer('rotel-extension-amd64', 7)
export const ROTEL_ARM = layer('rotel-extension-arm64', 7)

export const API_KEY = 'c0ffee00-ingestion-key'

/** An endpoint with an API key, a service name and an attribute. */
export const SOME_EXPORT: OtlpExport = {
  exporter: 'otlp',
  endpoint: 'https://clickstack.example.com:4317',
  protocol: 'grpc',
  headers: [{ name: 'Authorization', value: API_KEY }],
  serviceName: '{function}',
  resourceAttributes: [{ name: 'deployment.environment', value: 'prod' }],
  environment: [],
  envFile: undefined,
}

export function someWanted(given: Partial<Wanted> = {}): Wanted {
  return {
    layer: { kind: 'bundled' },
    instrumentation: { kind: 'none' },
    export: SOME_EXPORT,
    acceptForeignSettings: false,
    logFormat: 'keep',
    acceptUnsupportedRuntime: false,
    ...given,
  }
}

export const SOME_CONTEXT: PlanContext = { architecture: 'auto', latest: () => undefined }

/** The readable variables; fails the test otherwise. */
export function variablesOf(fn: LambdaFunction): Variables {
  if (!fn.environment.readable) throw new Error('the variables are not readable')
  return fn.environment.variables
}

export function layersOf(fn: LambdaFunction): readonly string[] {
  return fn.layers.map(({ arn }) => arn)
}

/** The function as it is once Lambda has carried out the change. */
export function changed(fn: LambdaFunction, change: Change): LambdaFunction {
  const variables =
    change.variables.length === 0
      ? fn.environment
      : { readable: true as const, variables: applyVariables(variablesOf(fn), change.variables) }
  const layers = change.layers?.after.map((arn) => ({ arn, signed: false })) ?? fn.layers
  const logFormat = change.logFormat?.after ?? fn.logFormat
  return { ...fn, layers, environment: variables, logFormat }
}

// --- arbitrary functions ---------------------------------------------------------------------------------------------

/** Names of variables of the user's own, lawful for Lambda and hostile to careless JavaScript. */
export const foreignName = fc.oneof(
  fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'valueOf', 'TABLE', 'a1', 'OTEL_X'),
  fc.stringMatching(/^[A-Z][A-Z0-9_]{1,8}$/).filter((name) => !/^(ROTEL_|CLICKSTACK)/.test(name)),
)

export const foreignValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 24 }),
  fc.constantFrom('', ' ', 'a=b,c', '"quoted"', 'zwölf Boxkämpfer', '{"json":true}', '🚀🚀'),
)

export const foreignVariables: fc.Arbitrary<Variables> = fc
  .uniqueArray(fc.tuple(foreignName, foreignValue), { selector: ([name]) => name, maxLength: 6 })
  .map((entries) => new Map(entries))

/** Layers that are nobody's business: other accounts, names that only look like Rotel's, AWS's own form. */
export const foreignLayer = fc
  .constantFrom(
    `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:team-lib`,
    `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:rotel-extension-amd64-tools`,
    `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:my-rotel-extension-arm64`,
    `arn:aws:lambda:${REGION}:${ROTEL}:layer:rotel-extension-amd64-beta`,
    `arn:aws:lambda:${REGION}:${ROTEL}:layer:something-else`,
    `arn:aws:lambda:${REGION}:111122223333:layer:otel_wrapper`,
  )
  .chain((name) => fc.integer({ min: 1, max: 99 }).map((version) => `${name}:${String(version)}`))

/** As Lambda allows them: no two versions of one layer. */
export function layerList(
  one: fc.Arbitrary<string>,
  maxLength: number,
): fc.Arbitrary<readonly string[]> {
  return fc.uniqueArray(one, { selector: withoutVersion, maxLength })
}

export function withoutVersion(arn: string): string {
  return arn.replace(/:\d+$/, '')
}

/** One of the four published layers, or the copy by any version. */
export const rotelLayer = fc
  .constantFrom(
    'rotel-extension-amd64',
    'rotel-extension-arm64',
    'rotel-extension-amd64-alpha',
    'rotel-extension-arm64-alpha',
  )
  .chain((name) => fc.integer({ min: 1, max: 50 }).map((version) => layer(name, version)))
