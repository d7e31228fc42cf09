/** A server that refuses and quotes all that it was ever told, in every form, with commands for the runner and for GitHub. */

import { HOSTILE_WORDS } from '../../local/runner/injections'
import { CLICKHOUSE_PASSWORD, INGESTION_KEY, SESSION } from './stack-world'
import { FOREIGN, HEADER_VALUE } from './world'

const basic = (user: string, password: string) =>
  Buffer.from(`${user}:${password}`).toString('base64')

/** As in a text: nothing around the values tells that they are values. */
export const QUOTING = [
  'The request cannot be fulfilled',
  `authorization: ${INGESTION_KEY}, Bearer ${INGESTION_KEY.toUpperCase()}, x-team: ${HEADER_VALUE}`,
  `base64 ${Buffer.from(INGESTION_KEY).toString('base64')} ${encodeURIComponent(HEADER_VALUE)}`,
  `at http://verifier:${CLICKHOUSE_PASSWORD}@h:8123/?password=${CLICKHOUSE_PASSWORD}`,
  `Basic ${basic('verifier', CLICKHOUSE_PASSWORD)}`,
  `session ${SESSION.AWS_SESSION_TOKEN} secret ${SESSION.AWS_SECRET_ACCESS_KEY}`,
  'https://s3.amazonaws.com/x?X-Amz-Signature=abc',
  HOSTILE_WORDS,
].join('; ')

/** What is about a function, whose variables Lambda knows: it quotes them, too. */
export function quotingOf(operation: string): string {
  return /^(Update|Publish|Create|Invoke)/.test(operation)
    ? `${QUOTING}; Value '${FOREIGN.DB_PASSWORD}' at 'environment' with MODE=${FOREIGN.MODE} failed`
    : QUOTING
}
