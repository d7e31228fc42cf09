/**
 * Instrumentation by other tools on a function. Two of them at best trace everything twice; there is one wrapper
 * variable, and one handler. Names and accounts: DataDog/datadog-ci and docs.datadoghq.com; newrelic-lambda-cli and
 * docs.newrelic.com; Dynatrace's and Lumigo's instructions for layers; awslabs/aws-lambda-web-adapter;
 * aws-observability's layer lists for AWSOpenTelemetryDistro.
 */

import type { LayerArn } from '../lambda/layer-arn'
import { asPartOfALine } from '../../model/redaction'
import { instrumentationLayer } from './distributions'

/** Something found, and by what it holds the function. */
export interface OtherInstrumentation {
  /** For people: whose it is and where it was seen. */
  readonly name: string
  /**
   * `wrapper`: by AWS_LAMBDA_EXEC_WRAPPER, so another value there puts it to rest. `handler`: it is the handler, and
   * calls the function's own. `application`: its wrapper starts the application itself. `files`: its layer lays files
   * where ours lays its own (/opt/otel-handler and the SDK's modules), so that they would get mixed. `release`: it is the layer that is
   * wanted, in another release.
   */
  readonly holdsBy: 'wrapper' | 'handler' | 'application' | 'files' | 'release'
}

interface Vendor {
  readonly name: string
  readonly account: string
  /** Layers that hold the extension alone instrument nothing, and may be attached beside ours. */
  readonly layer: RegExp
  readonly holdsBy: OtherInstrumentation['holdsBy']
}

const VENDORS: readonly Vendor[] = [
  {
    name: 'Datadog',
    account: '464622532012',
    layer: /^(?!Datadog-Extension(-|$))/,
    holdsBy: 'wrapper',
  },
  {
    name: 'New Relic',
    account: '451483290750',
    layer: /^(?!NewRelicLambdaExtension(-|$))/,
    holdsBy: 'wrapper',
  },
  { name: 'Dynatrace', account: '725887861453', layer: /^/, holdsBy: 'wrapper' },
  {
    name: 'Lumigo',
    account: '114300393969',
    layer: /^(?!lumigo-tracer-extension(-|$))/,
    holdsBy: 'wrapper',
  },
  {
    name: 'Lambda Web Adapter',
    account: '753240598075',
    layer: /^LambdaAdapterLayer/,
    holdsBy: 'application',
  },
]

/** AWS publishes this one from several accounts, one for most regions and others for regions that are opted in to. */
const AWS_DISTRO = /^AWSOpenTelemetryDistro(Js|Python|Java|DotNet)$/

/** What a foreign layer instruments; `undefined` for layers that do not, as far as is known. */
export function otherLayer(layer: LayerArn): OtherInstrumentation | undefined {
  const at = `layer ${layer.name}:${String(layer.version)}`
  if (instrumentationLayer(layer) !== undefined || AWS_DISTRO.test(layer.name)) {
    return { name: at, holdsBy: 'files' }
  }
  const vendor = VENDORS.find((one) => one.account === layer.account && one.layer.test(layer.name))
  return vendor && { name: `${vendor.name} (${at})`, holdsBy: vendor.holdsBy }
}

const HANDLERS: Readonly<Record<string, string>> = {
  'datadog_lambda.handler.handler': 'Datadog',
  '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler': 'Datadog',
  'node_modules/datadog-lambda-js/dist/handler.handler': 'Datadog',
  'newrelic_lambda_wrapper.handler': 'New Relic',
  'newrelic-lambda-wrapper.handler': 'New Relic',
  'newrelic-esm-lambda-wrapper.handler': 'New Relic',
  '/opt/nodejs/node_modules/newrelic-esm-lambda-wrapper/index.handler': 'New Relic',
  'com.newrelic.java.HandlerWrapper::handleRequest': 'New Relic',
  'com.newrelic.java.HandlerWrapper::handleStreamsRequest': 'New Relic',
  'lumigo-auto-instrument.handler': 'Lumigo',
  'lumigo_tracer._handler': 'Lumigo',
  '/opt/python/lumigo_tracer._handler': 'Lumigo',
}

/** A handler that is a vendor's: it calls the function's own, whose name is in a variable of the vendor's. */
export function otherHandler(handler: string | undefined): OtherInstrumentation | undefined {
  if (handler === undefined || !Object.hasOwn(HANDLERS, handler)) return undefined
  return { name: `${HANDLERS[handler] ?? ''} (handler ${handler})`, holdsBy: 'handler' }
}

const WRAPPERS: Readonly<Record<string, Pick<OtherInstrumentation, 'name' | 'holdsBy'>>> = {
  '/opt/datadog_wrapper': { name: 'Datadog', holdsBy: 'wrapper' },
  '/opt/newrelic-java-handler': { name: 'New Relic', holdsBy: 'wrapper' },
  '/opt/dynatrace': { name: 'Dynatrace', holdsBy: 'wrapper' },
  '/opt/lumigo_wrapper': { name: 'Lumigo', holdsBy: 'wrapper' },
  '/opt/bootstrap': { name: 'Lambda Web Adapter', holdsBy: 'application' },
}

/** The tool of a foreign wrapper. Its value is shown where it is a plain path, as it has to be to work. */
export function otherWrapper(value: string): OtherInstrumentation {
  const known = Object.hasOwn(WRAPPERS, value) ? WRAPPERS[value] : undefined
  const path = /^\/[A-Za-z0-9_./-]+$/.test(value) ? ` ${asPartOfALine(value)}` : ' of another kind'
  const at = `wrapper${path}`
  return known ? { ...known, name: `${known.name} (${at})` } : { name: at, holdsBy: 'wrapper' }
}
