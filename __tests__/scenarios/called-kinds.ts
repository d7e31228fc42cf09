/** The kinds of call that a step makes, whomever it calls, and how a fault is put into one of them. */

import type { LocalGitHub } from '../../local/github'
import type { Fault as HttpFault, Faults } from '../../local/clickstack/faults'
import type { CallEvent, Fault as AwsFault, ServiceName } from '../../local/aws/local-aws'
import type { StackWorld } from './stack-world'

/** What is called in a scenario. */
export interface Called extends Pick<StackWorld, 'aws' | 'clickStack'> {
  readonly github: LocalGitHub | undefined
}

/** A fault as each kind of server knows it. */
export interface FaultOfAll {
  readonly aws: (service: ServiceName, operation: string) => AwsFault
  readonly http: HttpFault
}

interface Strike {
  /** This many calls pass before. */
  readonly skip: number
  /** Asked for each call that it may strike. */
  readonly strikes: () => boolean
}

/** Calls that ask for the same. */
export interface CallKind {
  /** `lambda GetFunction`, `ClickHouse SELECT count()`. */
  readonly title: string
  /** How many there were. */
  readonly count: number
  readonly isAws: boolean
  /** Puts the fault in. @returns how often it has struck */
  readonly disturb: (called: Called, fault: FaultOfAll, strike: Strike) => () => number
}

/** What was called since the logs were cleared, each kind once, in the order of its first call. */
export function kindsCalled({ aws, clickStack, github }: Called): readonly CallKind[] {
  const { clickHouse, hyperDx, received } = clickStack
  return [
    ...countedBy(aws.calls.all(), titleOfAws).map(({ title, count, first }) => ({
      title,
      count,
      isAws: true,
      disturb: byCall(first),
    })),
    ...countedBy(clickHouse.queries, ({ sql }) => titleOfQuery(sql)).map((kind) => ({
      ...kind,
      isAws: false,
      disturb: bySubject(
        (called) => called.clickStack.clickHouse.faults,
        (sql) => titleOfQuery(sql) === kind.title,
      ),
    })),
    ...countedBy(hyperDx.asked, (path) => `HyperDX ${path}`).map((kind) => ({
      ...kind,
      isAws: false,
      disturb: bySubject(
        (called) => called.clickStack.hyperDx.faults,
        (path) => path === kind.first,
      ),
    })),
    ...countedBy(received, ({ protocol, signal }) => `OTLP ${signal} over ${protocol}`).map(
      (kind) => ({
        ...kind,
        isAws: false,
        disturb: bySubject(
          (called) => called.clickStack.receiverFaults,
          (path) => path.toLowerCase().includes(kind.first.signal),
        ),
      }),
    ),
    ...countedBy(github?.asked ?? [], ({ method, path }) => titleOfGitHub(method, path)).map(
      (kind) => ({
        ...kind,
        isAws: false,
        disturb: bySubject(
          (called) => called.github?.faults,
          (subject) => {
            const [method = '', path = ''] = subject.split(' ')
            return titleOfGitHub(method, path) === kind.title
          },
        ),
      }),
    ),
  ]
}

type AwsCall = Pick<CallEvent, 'service' | 'operation'>

function byCall({ service, operation }: AwsCall): CallKind['disturb'] {
  return ({ aws }, fault, { skip, strikes }) => {
    const handle = aws.faults.add({
      service,
      operation,
      skip,
      count: Infinity,
      matches: strikes,
      fault: fault.aws(service, operation),
    })
    return () => handle.hits
  }
}

function bySubject(
  faultsOf: (called: Called) => Faults | undefined,
  isOfKind: (subject: string) => boolean,
): CallKind['disturb'] {
  return (called, fault, { skip, strikes }) => {
    let passed = 0
    let hits = 0
    const matching = (subject: string): boolean => {
      if (!isOfKind(subject) || passed++ < skip || !strikes()) return false
      hits += 1
      return true
    }
    faultsOf(called)?.inject(fault.http, { matching })
    return () => hits
  }
}

function countedBy<T>(
  calls: readonly T[],
  titleOf: (call: T) => string,
): readonly { readonly title: string; readonly count: number; readonly first: T }[] {
  const kinds = new Map<string, { title: string; count: number; first: T }>()
  for (const call of calls) {
    const title = titleOf(call)
    const kind = kinds.get(title) ?? { title, count: 0, first: call }
    kinds.set(title, { ...kind, count: kind.count + 1 })
  }
  return [...kinds.values()]
}

function titleOfAws({ service, operation }: AwsCall): string {
  return `${service} ${operation}`
}

/** Where each run asks for something else, its queries still begin alike. */
function titleOfQuery(sql: string): string {
  return `ClickHouse ${sql.replaceAll(/\s+/g, ' ').slice(0, 60)}`
}

function titleOfGitHub(method: string, path: string): string {
  return `GitHub ${method} ${path.replace(/\?.*$/, '').replaceAll(/\d+/g, 'N')}`
}
