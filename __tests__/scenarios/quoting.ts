/** A server that refuses and quotes all that a step could tell it, in every form, with commands for the runner and for GitHub. */

import { HOSTILE_WORDS } from '../../local/runner/injections'
import type { Inputs } from './disturbed-step'
import { ACCESS_KEY, CLICKHOUSE_PASSWORD, INGESTION_KEY, SESSION } from './stack-world'
import { FOREIGN, HEADER_VALUE } from './world'

const basic = (user: string, password: string) =>
  Buffer.from(`${user}:${password}`).toString('base64')

/**
 * What an input refers to is read by the function alone: neither the step nor a server that it calls has ever seen it; nor what
 * an empty input takes away. One that is not among them has the stack's own value.
 */
const isTold = (input: string | undefined) => input !== '' && input?.includes('arn:') !== true

/** What the step could tell, by its inputs; empty where it has none of it. */
function toldBy(inputs: Inputs) {
  return {
    key: isTold(inputs['api-key']) ? INGESTION_KEY : '',
    header: isTold(inputs['headers']) ? HEADER_VALUE : '',
    password: isTold(inputs['clickhouse-password']) ? CLICKHOUSE_PASSWORD : '',
    access: inputs['hyperdx-api-key'] ? ACCESS_KEY : '',
    token: inputs['github-token'] ?? '',
    writer: inputs['exporter-password'] ?? '',
  }
}

/** As in a text: nothing around the values tells that they are values. */
export function quoting(inputs: Inputs): string {
  const { key, header, password, access, token, writer } = toldBy(inputs)
  return [
    'The request cannot be fulfilled',
    `authorization: ${key}, Bearer ${key.toUpperCase()}, x-team: ${header}`,
    `base64 ${Buffer.from(key).toString('base64')} ${encodeURIComponent(header)}`,
    `at http://verifier:${password}@h:8123/?password=${password}`,
    `Basic ${basic('verifier', password)}, Bearer ${access} ${encodeURIComponent(access)}`,
    `token ${token}, writer ${writer} ${basic('writer', writer)}`,
    `session ${SESSION.AWS_SESSION_TOKEN} secret ${SESSION.AWS_SECRET_ACCESS_KEY}`,
    'https://s3.amazonaws.com/x?X-Amz-Signature=abc',
    HOSTILE_WORDS,
  ].join('; ')
}

/**
 * The same, with nothing that is left out as a whole, as a body in JSON is, and so short that no secret stands behind the place
 * where texts of others are cut. In the form of ClickHouse, whose client looks for it; to all others it is a text like any.
 */
export function quotingInPlainText(inputs: Inputs): string {
  const { key, header, password, access, token, writer } = toldBy(inputs)
  const told = [
    ...[key, header, password, access, token, writer, ...Object.values(SESSION)],
    ...[key, password].map((value) => Buffer.from(value).toString('base64')),
    basic('verifier', password),
    ...[header, access].map(encodeURIComponent),
    key.toUpperCase(),
  ]
  return `Code: 62. DB::Exception: ${told.filter((one) => one !== '').join(' ')} ${HOSTILE_WORDS} (SYNTAX_ERROR)`
}

/** What is about a function, whose variables Lambda knows: it quotes them, too. */
export function quotingOf(operation: string, inputs: Inputs): string {
  return /^(Update|Publish|Create|Invoke)/.test(operation)
    ? `${quoting(inputs)}; Value '${FOREIGN.DB_PASSWORD}' at 'environment' with MODE=${FOREIGN.MODE} failed`
    : quoting(inputs)
}
