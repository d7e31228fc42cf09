/**
 * Runs of the action's sources within this process, in time that runs faster: a hundred times cheaper than a process for
 * each. The wiring is that of the main module, but for the runner, the time and the quota. A run that is killed never goes
 * on: whatever it waits for does not come.
 */

import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock as LocalClock } from '../../local/aws/local-aws'
import { aliasControl } from '../../src/edges/alias-control'
import { clickHouseEndpoint } from '../../src/edges/clickhouse-endpoint'
import { clickHouseStore } from '../../src/edges/clickhouse-store'
import { createJournalFile, journalPath, openJournalFile } from '../../src/edges/journal-file'
import { observedLambdaClock } from '../../src/edges/lambda-clock'
import { lambdaControl } from '../../src/edges/lambda-control'
import { lambdaInvoke } from '../../src/edges/lambda-invoke'
import {
  lazyIdentity as identity,
  lazyLogGroups as logGroups,
  lazyRoleControl as roleControl,
  lazySecretStores as secretStores,
  lazyTaggedFunctions as taggedFunctions,
} from '../../src/edges/lazy-edges'
import { otlpLogs } from '../../src/edges/otlp-logs'
import { ownPacing, type PacedCalls } from '../../src/edges/paced-calls'
import { readRestoreFile, restoreFile } from '../../src/edges/restore-file'
import { parseInputs } from '../../src/inputs/parse-inputs'
import type { Clock } from '../../src/model/clock'
import type { Runner } from '../../src/model/runner'
import { restoreLine } from '../../src/pipeline/roles/restore-file'
import { finishUndo } from '../../src/pipeline/rollout/finish-undo'
import { startJournal } from '../../src/pipeline/rollout/journal'
import { type Outside, run } from '../../src/run'
import type { Kill, Place, RunEnd, StepRunner } from './step-runner'

/** Sequences are many, and Local AWS has quotas of its own. */
const UNPACED: PacedCalls = {
  signal: undefined,
  queue: (name) => UNPACED_QUEUES.queue(name, { perSecond: 10_000, burst: 10_000 }),
}
const UNPACED_QUEUES = ownPacing()

const SILENT: Runner = {
  info: () => undefined,
  debug: () => undefined,
  startGroup: () => undefined,
  endGroup: () => undefined,
  annotate: () => undefined,
  untrusted: () => undefined,
  setOutput: () => undefined,
  writeSummary: () => Promise.resolve(),
}

/** @param time that of Local AWS */
export function inProcess({ region }: Place, time: LocalClock): StepRunner {
  const temp = mkdtempSync(join(tmpdir(), 'clickstack-campaign-'))
  const clock = clockOf(time)

  const main: StepRunner['main'] = async (inputs, kill) => {
    const parsed = parseInputs((name) => inputs[name] ?? '', { region })
    if (!parsed.ok) {
      throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
    }
    const life = lifeUntil(kill)
    const state: Record<string, string> = {}
    const restore = restoreFile(temp, () => undefined)
    const lambdaClock = observedLambdaClock(clock)
    const { signal } = new AbortController()
    // Each wait of a run listens to it.
    setMaxListeners(0, signal)
    const ports = life.counting({
      lambda: lambdaControl(1, UNPACED, lambdaClock, clock),
      aliases: aliasControl(1, UNPACED),
      invoke: lambdaInvoke(parsed.inputs.smokeTest.concurrency, clock, UNPACED),
      tagged: taggedFunctions(UNPACED),
      identity: identity(region, UNPACED),
      roles: roleControl(UNPACED),
      logGroups: logGroups(UNPACED),
      secretStores: secretStores(),
    })
    const outside: Outside = {
      ...ports,
      lambdaClock,
      rollback: { lambda: ports.lambda, aliases: ports.aliases, roles: ports.roles, signal },
      ...life.mortal({
        clock,
        releases: { list: () => Promise.resolve({ ok: false, fault: 'not asked' } as const) },
      }),
      runner: SILENT,
      secrets: [],
      recordForRestore: (change) => restore.append(restoreLine(change)),
      readRestoreFile,
      send: life.mortalCall(otlpLogs({ trust: { rejectUnauthorized: true } })),
      openStore: (verifier) => {
        if (verifier.kind !== 'clickhouse') throw new Error('the campaign asks ClickHouse')
        return Promise.resolve(life.mortal(clickHouseStore(verifier, clock)))
      },
      openClickHouse: (target) => Promise.resolve(life.mortal(clickHouseEndpoint(target))),
      openJournal: (account, partition) => {
        const path = journalPath(temp)
        state['journal'] = path
        const salt = randomBytes(16).toString('hex')
        return startJournal(createJournalFile(path), { account, partition, salt })
      },
    }
    const endless = { signal, rollbackSignal: signal, halted: () => undefined }
    const result = await Promise.race([run(parsed.inputs, [], endless, outside), life.death])
    const left = { state, restorePath: restore.path() }
    if (result === undefined) return { exitCode: undefined, functions: [], ...left }
    return result.ok
      ? {
          exitCode: result.report.result === 'failure' ? 1 : 0,
          functions: result.report.outcomes.map(briefly),
          ...left,
        }
      : { exitCode: 1, functions: [], ...left }
  }

  return {
    main,
    async post({ journal: path = '' }) {
      const journal = path === '' ? undefined : openJournalFile(path)
      if (journal === undefined) return 0
      const { kind } = await finishUndo(journal.text, journal.store, {
        lambda: lambdaControl(1, UNPACED, undefined, clock),
        aliases: aliasControl(1, UNPACED),
        roles: roleControl(UNPACED),
        identity: identity(region, UNPACED),
        signal: new AbortController().signal,
        clock,
        runner: SILENT,
      })
      return kind === 'original' ? 0 : 1
    },
    end: () => rmSync(temp, { recursive: true, force: true }),
  }
}

type Outcome = RunEnd['functions'][number]

function briefly(outcome: {
  readonly name: string
  readonly status: string
  readonly reason: string | undefined
  readonly detail: string | undefined
}): Outcome {
  const { name, status, reason, detail } = outcome
  return {
    name,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail }),
  }
}

function clockOf(time: LocalClock): Clock {
  return {
    now: () => time.now(),
    async sleep(ms, signal) {
      if (signal?.aborted) return
      const ended =
        signal &&
        new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        )
      await Promise.race([time.sleep(ms), ...(ended ? [ended] : [])])
    },
  }
}

/** Until it ends, calls are passed on; afterwards none is, and no answer comes that is still awaited. */
function lifeUntil(kill: Kill | undefined) {
  let isOver = false
  let calls = 0
  let end = (): void => undefined
  const death = new Promise<undefined>((resolve) => {
    end = () => {
      isOver = true
      resolve(undefined)
    }
  })

  const wrap =
    (call: (...given: unknown[]) => unknown, counts: boolean) =>
    (...given: unknown[]): unknown => {
      if (isOver) return never()
      const isLast = counts && kill !== undefined && ++calls === kill.call
      if (isLast && kill.moment === 'before') {
        end()
        return never()
      }
      const answer = call(...given)
      if (!(answer instanceof Promise)) return answer
      const settled = (pass: () => void) => {
        if (isLast) end()
        if (!isOver) pass()
      }
      return new Promise((resolve) => {
        const pass = () => settled(() => resolve(answer))
        answer.then(pass, pass)
      })
    }

  /** The same object, with its methods and those of its members wrapped. */
  const wrapped = <T extends object>(target: T, counts: boolean): T =>
    new Proxy(target, {
      get(object, member, receiver): unknown {
        const value: unknown = Reflect.get(object, member, receiver)
        if (typeof value === 'function') {
          return wrap((...given) => Reflect.apply(value, object, given) as unknown, counts)
        }
        return typeof value === 'object' && value !== null ? wrapped(value, counts) : value
      },
    })

  return {
    death,
    counting: <T extends object>(ports: T): T => eachMember(ports, (port) => wrapped(port, true)),
    mortal: <T extends object>(port: T): T => wrapped(port, false),
    mortalCall: <Given extends unknown[], Answer>(
      call: (...given: Given) => Promise<Answer>,
    ): ((...given: Given) => Promise<Answer>) => wrapped({ call }, false).call,
  }
}

/** One of its own for each who waits: what waits is forgotten with it. */
const never = () => new Promise<never>(() => undefined)

function eachMember<T extends object>(object: T, change: (member: object) => object): T {
  const changed = Object.entries(object).map(([name, member]: [string, unknown]) => [
    name,
    typeof member === 'object' && member !== null ? change(member) : member,
  ])
  return Object.fromEntries(changed) as T
}
