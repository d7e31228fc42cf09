/** A server that refuses and quotes all that a step could tell it, in every form, with commands for the runner and for GitHub. */

import { HOSTILE_WORDS } from '../../local/runner/injections'
import type { Inputs } from './disturbed-step'
import { ACCESS_KEY, CLICKHOUSE_PASSWORD, INGESTION_KEY, SESSION } from './stack-world'
import { FOREIGN, HEADER_VALUE } from './world'

const basic = (user: string, password: string) =>
  Buffer.from(`${user}:${password}`).toString('base64')

/** What an input refers to is read by the function alone: neither the step nor a server that it calls has ever seen it. */
const isReference = (input = '') => input.includes('arn:')

/** As in a text: nothing around the values tells that they are values. */
export function quoting(inputs: Inputs): string {
  const key = isReference(inputs['api-key']) ? '' : INGESTION_KEY
  const header = isReference(inputs['headers']) ? '' : HEADER_VALUE
  const password = inputs['clickhouse-password'] === '' ? '' : CLICKHOUSE_PASSWORD
  const access = inputs['hyperdx-api-key'] ? ACCESS_KEY : ''
  return [
    'The request cannot be fulfilled',
    `authorization: ${key}, Bearer ${key.toUpperCase()}, x-team: ${header}`,
    `base64 ${Buffer.from(key).toString('base64')} ${encodeURIComponent(header)}`,
    `at http://verifier:${password}@h:8123/?password=${password}`,
    `Basic ${basic('verifier', password)}, Bearer ${access} ${encodeURIComponent(access)}`,
    `session ${SESSION.AWS_SESSION_TOKEN} secret ${SESSION.AWS_SECRET_ACCESS_KEY}`,
    'https://s3.amazonaws.com/x?X-Amz-Signature=abc',
    HOSTILE_WORDS,
  ].join('; ')
}

/** What is about a function, whose variables Lambda knows: it quotes them, too. */
export function quotingOf(operation: string, inputs: Inputs): string {
  return /^(Update|Publish|Create|Invoke)/.test(operation)
    ? `${quoting(inputs)}; Value '${FOREIGN.DB_PASSWORD}' at 'environment' with MODE=${FOREIGN.MODE} failed`
    : quoting(inputs)
}
