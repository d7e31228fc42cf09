/** From what the inputs leave to `auto` to the settings of one function. */

import type { ExportSettings, KeyScheme, Protocol } from '../../systems/rotel/export-settings'
import { parseUrl } from '../../model/url'
import type { ExportChoice } from './wanted'

/** What was found for each `auto`; it counts only where the input is `auto`. */
export interface Found {
  readonly protocol: Protocol | undefined
  readonly keyScheme: KeyScheme
  readonly json: boolean
}

/** The settings with `found` in place of each `auto`. */
export function exportSettings(choice: ExportChoice, found: Found): ExportSettings {
  if (choice.exporter === 'clickhouse') {
    return { ...choice, json: choice.json === 'auto' ? found.json : choice.json }
  }
  const { apiKey, protocol, headers, ...others } = choice
  const scheme = apiKey?.scheme === 'auto' ? found.keyScheme : apiKey?.scheme
  const authorization =
    apiKey === undefined
      ? []
      : [{ name: 'Authorization', value: `${scheme === 'bearer' ? 'Bearer ' : ''}${apiKey.key}` }]
  return {
    ...others,
    protocol: protocol === 'auto' ? found.protocol : protocol,
    headers: [...authorization, ...headers],
  }
}

/** The settings where neither functions nor the endpoint tell anything: for what does not depend on any `auto`. */
export function defaultSettings(choice: ExportChoice): ExportSettings {
  return exportSettings(choice, {
    protocol: defaultProtocol(choice),
    keyScheme: 'raw',
    json: false,
  })
}

/** What stands for a protocol that is not known, so that everything else can be checked. */
export function defaultProtocol(choice: Pick<ExportChoice, 'endpoint'>): Protocol {
  return onlyHttp(choice) ? 'http' : 'grpc'
}

/** gRPC has no place for a path: Rotel drops it. */
export function onlyHttp({ endpoint = '' }: Pick<ExportChoice, 'endpoint'>): boolean {
  return (parseUrl(endpoint)?.pathname ?? '/') !== '/'
}
