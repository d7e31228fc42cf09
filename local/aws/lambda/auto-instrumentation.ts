/**
 * What an instrumentation layer does to an invocation: its wrapper starts the runtime with the OpenTelemetry SDK in
 * it, and the SDK makes one span of each invocation. Sources: opentelemetry-lambda (wrappers, defaults),
 * opentelemetry-js-contrib and opentelemetry-python-contrib (instrumentation of AWS Lambda).
 */
import type { Configuration } from './function-state'
import type { SdkTelemetry } from './handler'
import type { LayerVersion } from './layers'
import { languageOf, WRAPPER_VARIABLE, type Language } from './runtimes'

/** What loading the SDK adds to a cold start and to the memory: rough numbers, the agent of Java is far slower. */
const INIT_MS: Readonly<Partial<Record<Language, number>>> = {
  nodejs: 400,
  python: 350,
  java: 1500,
  ruby: 350,
}
export const SDK_MEMORY_MB = 32

/**
 * The language whose SDK runs in the environment: the wrapper variable names a file of an attached layer that is
 * made for the runtime. The variable alone, or the layer alone, does nothing.
 */
export function instrumentedLanguage(
  configuration: Configuration,
  layers: readonly LayerVersion[],
): Language | undefined {
  const wrapper = configuration.variables[WRAPPER_VARIABLE]
  const language = languageOf(configuration.runtime)
  if (wrapper === undefined || language === 'provided') return undefined
  const fits = layers.some(
    (layer) => layer.instruments === language && layer.files.includes(wrapper),
  )
  return fits ? language : undefined
}

export function instrumentationInitMs(language: Language | undefined): number {
  return language === undefined ? 0 : (INIT_MS[language] ?? 0)
}

/** `undefined` where the variables switch it off. */
export function invocationSpan(
  language: Language,
  configuration: Configuration,
  facts: {
    readonly functionName: string
    readonly functionArn: string
    readonly requestId: string
  },
): SdkTelemetry | undefined {
  if (isSwitchedOff(language, configuration.variables)) return undefined
  switch (language) {
    case 'nodejs':
      // Node.js still has the older names, `faas.execution` in place of `faas.invocation_id`.
      return {
        spans: [facts.functionName],
        spanAttributes: {
          'faas.invocation_id': null,
          'cloud.resource_id': null,
          'faas.execution': facts.requestId,
          'faas.id': facts.functionArn,
        },
      }
    case 'python':
      return { spans: [configuration.handlerName] }
    default:
      return { spans: [facts.functionName] }
  }
}

function isSwitchedOff(language: Language, variables: Readonly<Record<string, string>>): boolean {
  const exporters = variables['OTEL_TRACES_EXPORTER']
  const enabled = variables['OTEL_NODE_ENABLED_INSTRUMENTATIONS']
  return (
    variables['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' ||
    variables['OTEL_TRACES_SAMPLER'] === 'always_off' ||
    (exporters !== undefined && exporters !== '' && !exporters.split(',').includes('otlp')) ||
    (language === 'nodejs' &&
      enabled !== undefined &&
      !enabled
        .split(',')
        .map((name) => name.trim())
        .includes('aws-lambda'))
  )
}
