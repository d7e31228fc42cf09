/**
 * Checks ClickHouse as the endpoint of `exporter: clickhouse` with the exporter's own user: whether it answers, accepts
 * the user, and has tables that Rotel can write to. Where the runner cannot reach it, the verifier may know the tables.
 */

import type { ClickHouseExport } from '../../../systems/rotel/export-settings'
import type { Reason } from '../../../model/reason'
import type { Refusal } from '../../../model/refusal'
import type { Result } from '../../../model/result'
import { referencesIn } from '../../../systems/rotel/secret-reference'
import type { Column } from '../../../systems/clickstack/clickhouse-layout'
import type { StoreFault, StoreFaultKind } from '../../../systems/clickstack/telemetry-store'
import { type CheckedEndpoint, NOT_KNOWN_HERE } from './checked-endpoint'
import type {
  ClickHouseEndpoint,
  OpenClickHouse,
} from '../../../systems/clickstack/clickhouse-endpoint'
import {
  TABLE_SIGNALS,
  tableName,
  tableRefusal,
} from '../../../systems/clickstack/clickhouse-tables'
import type { ControlRecord, ExportAnswer } from '../../../systems/clickstack/endpoint'
import type { EndpointCheck } from './verdict'

export interface ClickHouseQuestion {
  readonly settings: ClickHouseExport
  readonly check: EndpointCheck
  readonly open: OpenClickHouse
  /** Traces are required, so their table must exist too. */
  readonly wantsTraces: boolean
  /** The tables as the verifier knows them; no columns for a table that does not exist. */
  readonly columnsByVerifier:
    ((tables: readonly string[]) => Promise<Result<readonly Column[], StoreFault>>) | undefined
}

export async function checkClickHouse(question: ClickHouseQuestion): Promise<CheckedEndpoint> {
  const { settings, open } = question
  const { endpoint } = settings
  if (endpoint === undefined) return NOT_KNOWN_HERE
  const clickHouse = await open({ ...settings, endpoint })
  const keyIsElsewhere = hasReference(settings)
  const found = keyIsElsewhere
    ? await checkWithoutUser(question, clickHouse)
    : await checkAsUser(question, clickHouse)
  return { ...found, keyIsElsewhere, close: () => clickHouse.close() }
}

type Finding = Omit<CheckedEndpoint, 'close' | 'keyIsElsewhere'>

async function checkAsUser(
  question: ClickHouseQuestion,
  clickHouse: ClickHouseEndpoint,
): Promise<Finding> {
  const { settings, check } = question
  const name = nameOf(question)
  const send = async (record: ControlRecord) => answerOf(await clickHouse.insert(record))
  if (check === 'off') return { ...(await unchecked(question)), send }

  const answers = await describeAll(clickHouse, settings)
  const fault = answers.find((answer) => !answer.ok)?.fault
  if (fault === undefined) {
    const columns = answers.flatMap((answer) => (answer.ok ? answer.value : []))
    const tables = judgeTables(columns, question)
    return { ...tables, lines: [`${name}answers`, tables.line], isUnreachable: false, send }
  }
  if (fault.kind !== 'denied') return judgeFault(fault, question)
  const tables = await askVerifier(question, `the endpoint answered: ${fault.text}`)
  const lines = [`${name}answers, but does not show its tables to this user`, tables.line]
  return { ...tables, lines, isUnreachable: false, send }
}

async function unchecked(question: ClickHouseQuestion): Promise<Omit<Finding, 'send'>> {
  const why = 'because `endpoint-check` is `off`'
  const tables = await askVerifier(question, why)
  const lines = [`${nameOf(question)}not checked ${why}`, tables.line]
  return { ...tables, lines, isUnreachable: false }
}

/** Only the functions can resolve a reference, so the runner can check neither the user nor the tables. */
async function checkWithoutUser(
  question: ClickHouseQuestion,
  clickHouse: ClickHouseEndpoint,
): Promise<Finding> {
  if (question.check === 'off') return { ...(await unchecked(question)), send: undefined }
  const answer = await clickHouse.ping()
  if (!answer.ok) return judgeFault(answer.fault, question)
  const tables = await askVerifier(question, 'the user or password is a reference to a secret')
  return {
    ...tables,
    lines: [`${nameOf(question)}answers; the user was not checked`, tables.line],
    isUnreachable: false,
    send: undefined,
  }
}

async function judgeFault(fault: StoreFault, question: ClickHouseQuestion): Promise<Finding> {
  const reason = TLS.test(fault.text) ? 'endpoint-tls' : REASONS[fault.kind]
  if (reason !== undefined || question.check === 'require') {
    return {
      refusal: { reason: reason ?? 'endpoint-unreachable', detail: fault.text },
      warnings: [],
      lines: [`${nameOf(question)}check failed`],
      isUnreachable: true,
      send: undefined,
    }
  }
  const tables = await askVerifier(question, 'the runner cannot reach the endpoint')
  return {
    refusal: tables.refusal,
    warnings: [
      `The endpoint was not checked, because the runner cannot reach it: ${fault.text}. If it is private, the functions may still reach it.`,
      ...tables.warnings,
    ],
    lines: [`${nameOf(question)}not reachable from the runner`, tables.line],
    isUnreachable: true,
    send: undefined,
  }
}

function nameOf({ settings }: ClickHouseQuestion): string {
  return `Endpoint  ${settings.endpoint ?? ''} (ClickHouse): `
}

/** Whether user or password is a reference, which only the functions can resolve. */
export function hasReference({
  user = '',
  password = '',
}: Pick<ClickHouseExport, 'user' | 'password'>): boolean {
  return referencesIn(Object.entries({ ROTEL_USER: user, ROTEL_PASSWORD: password })).length > 0
}

/** OpenSSL's and Node's error codes for what fails before HTTP begins. */
const TLS =
  /\((EPROTO|ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/

/** `undefined`: not an answer about the export, or one that need not stop the run. */
const REASONS: Readonly<Record<StoreFaultKind, Reason | undefined>> = {
  unreachable: undefined,
  unauthenticated: 'endpoint-user-refused',
  denied: 'endpoint-user-refused',
  missing: 'tables-missing',
  'unknown-layout': 'tables-mismatch',
  refused: 'endpoint-refused',
}

/** A table that does not exist has no columns; any other fault is about the server, so the first one ends the check. */
async function describeAll(
  clickHouse: ClickHouseEndpoint,
  settings: ClickHouseExport,
): Promise<readonly Result<readonly Column[], StoreFault>[]> {
  const answers: Result<readonly Column[], StoreFault>[] = []
  for (const signal of TABLE_SIGNALS) {
    const answer = await clickHouse.describe(tableName(settings, signal))
    const isMissing = !answer.ok && answer.fault.kind === 'missing'
    answers.push(isMissing ? { ok: true, value: [] } : answer)
    if (!answer.ok && !isMissing) break
  }
  return answers
}

interface TablesVerdict {
  readonly refusal: Refusal | undefined
  readonly warnings: readonly string[]
  readonly line: string
}

async function askVerifier(
  question: ClickHouseQuestion,
  otherwise: string,
): Promise<TablesVerdict> {
  const { settings, columnsByVerifier } = question
  const answer = await columnsByVerifier?.(
    TABLE_SIGNALS.map((signal) => tableName(settings, signal)),
  )
  if (answer?.ok) return judgeTables(answer.value, question)
  const why = answer === undefined ? otherwise : answer.fault.text
  return {
    refusal: undefined,
    warnings: [`The exporter’s tables were not checked: ${why}. Rotel does not create tables.`],
    line: 'Tables    not checked',
  }
}

/** Rotel also sends metrics, from SDKs only; they are shown, but not required. */
function judgeTables(
  columns: readonly Column[],
  { settings, wantsTraces }: ClickHouseQuestion,
): TablesVerdict {
  const warnings: string[] = []
  for (const signal of TABLE_SIGNALS) {
    const table = tableName(settings, signal)
    const refusal = tableRefusal(
      columns.filter((column) => column.table === table),
      signal,
      settings,
    )
    if (refusal === undefined) continue
    if (signal === 'logs' || wantsTraces) {
      return { refusal, warnings: [], line: 'Tables    check failed' }
    }
    warnings.push(`Traces cannot be written: ${refusal.detail}.`)
  }
  return {
    refusal: undefined,
    warnings,
    line: `Tables    ${settings.database}.${settings.tablePrefix}_logs exists, with ${settings.json ? 'JSON' : 'Map'} columns`,
  }
}

function answerOf(result: Result<true, StoreFault>): ExportAnswer {
  if (result.ok) return { kind: 'accepted' }
  const { kind, text } = result.fault
  switch (kind) {
    case 'unreachable':
      return { kind: 'unreachable', text }
    case 'unauthenticated':
    case 'denied':
      return { kind: 'key-refused', text }
    case 'missing':
      return { kind: 'not-found', text }
    case 'unknown-layout':
    case 'refused':
      return { kind: 'refused', text }
  }
}
