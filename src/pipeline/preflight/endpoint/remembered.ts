/** Each question that has no effect is asked once in a run, whoever asks: before the plan, and before the first write. */

import type { Result } from '../../../model/result'
import type { OpenClickHouse } from '../../../systems/clickstack/clickhouse-endpoint'
import type { Column } from '../../../systems/clickstack/clickhouse-layout'
import type { ExportAnswer, SendLogs } from '../../../systems/clickstack/endpoint'
import { mayPass, type StoreFault } from '../../../systems/clickstack/telemetry-store'

/** Remembers the answers to empty exports; records are sent each time. */
export function rememberedExports(send: SendLogs): SendLogs {
  const answers = new Map<string, Promise<ExportAnswer>>()
  return (target, record) => {
    if (record !== undefined) return send(target, record)
    const { endpoint, protocol, headers } = target
    return once(answers, [endpoint, protocol, ...[...headers].flat()], () =>
      send(target, undefined),
    )
  }
}

/** Remembers the columns of the exporter's tables; a server that did not answer is asked again. */
export function rememberedTables(open: OpenClickHouse): OpenClickHouse {
  const answers = new Map<string, Promise<Result<readonly Column[], StoreFault>>>()
  return async (target) => {
    const clickHouse = await open(target)
    const { endpoint, database, user = '', password = '' } = target
    return {
      ...clickHouse,
      async describe(table) {
        const question = [endpoint, database, user, password, table]
        const answer = await once(answers, question, () => clickHouse.describe(table))
        if (!answer.ok && mayPass(answer.fault)) answers.delete(JSON.stringify(question))
        return answer
      },
    }
  }
}

function once<T>(
  answers: Map<string, Promise<T>>,
  question: readonly string[],
  ask: () => Promise<T>,
): Promise<T> {
  const key = JSON.stringify(question)
  const answer = answers.get(key) ?? ask()
  answers.set(key, answer)
  return answer
}
