/**
 * What the kill matrix and the fault matrix share: the steps that are tried, what is compared before and after, and what must
 * not be true at any moment.
 */

import { isDeepStrictEqual } from 'node:util'
import type { LocalAws } from '../../local/aws/local-aws'
import type { StackWorld } from './stack-world'
import { type FoundState, stateOf } from './way-back-state'

export type Inputs = Readonly<Record<string, string>>

/** A step that is disturbed. */
export interface Attempt {
  readonly title: string
  /** Makes the functions and their roles, runs what comes before, and returns the inputs of the step. */
  readonly prepare: (world: StackWorld) => Inputs | Promise<Inputs>
  /**
   * It restores log rights, which no post step takes away again (promise P8): then roles may be anywhere between found and
   * wanted, the post step says so, and the same step again ends it.
   */
  readonly restoresForGood?: boolean
  /** Left alone it ends as a failure, and all is as found: the way back is walked. */
  readonly failsAnyway?: boolean
  /** The version whose proof fails: no alias may lead to it at any moment. */
  readonly neverRouted?: string
  /** What of GitHub is part of it. */
  readonly github?: 'comment' | 'comment without GraphQL' | 'releases'
  readonly protocol?: 'grpc' | 'http'
}

/** Without what differs from stack to stack. */
export function comparable(world: StackWorld): FoundState {
  return withoutEndpoint(world, stateOf(world))
}

/** Each stack listens elsewhere. */
export function withoutEndpoint<T>({ inputs, clickStack }: StackWorld, value: T): T {
  const endpoint = inputs['endpoint'] ?? ''
  const same = JSON.stringify(value)
    .replaceAll(endpoint, 'http://endpoint')
    .replaceAll(clickStack.clickHouseUrl, 'http://clickhouse')
  return JSON.parse(same) as T
}

/** Of policies only what decides: an undone version and a new one have other numbers than one that was written once. */
export function inForce({ policies, ...state }: FoundState) {
  return {
    ...state,
    policies: Object.fromEntries(
      Object.entries(policies).map(([arn, { defaultVersion, versions }]) => [
        arn,
        versions[defaultVersion],
      ]),
    ),
  }
}

/** What is compared, by name. */
type States = Readonly<Record<keyof FoundState, Readonly<Record<string, object>>>>

/** `functions.orders.variables, roles.orders-role.inline`. */
export function differences(before: States, after: States): string {
  const paths = (['functions', 'roles', 'policies'] as const).flatMap((kind) => {
    const names = new Set([...Object.keys(before[kind]), ...Object.keys(after[kind])])
    return [...names].flatMap((name) => {
      const [left, right] = [membersOf(before[kind][name]), membersOf(after[kind][name])]
      return [...new Set([...left.keys(), ...right.keys()])]
        .filter((member) => !isDeepStrictEqual(left.get(member), right.get(member)))
        .map((member) => `${kind}.${name}.${member}`)
    })
  })
  return paths.join(', ')
}

function membersOf(value: object | undefined): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(value ?? {}))
}

/** Moments at which a function's configuration named a secret that its role might not read: Rotel dies of that. */
export function watchForUnreadableSecrets(aws: LocalAws): readonly string[] {
  const moments: string[] = []
  aws.onWorkDone(({ operation }) => {
    for (const name of withUnreadableSecrets(aws)) {
      moments.push(`no right to the secret: ${name} after ${operation}`)
    }
  })
  return moments
}

/** Functions with Rotel whose configuration names a secret that their role may not read, once for each secret. */
export function withUnreadableSecrets({ lambda, iam }: LocalAws): readonly string[] {
  const withRotel = lambda
    .list()
    .filter(({ layers }) => layers.some((arn) => /rotel-extension/.test(arn)))
  return withRotel.flatMap(({ name, role, variables }) => {
    const named = Object.values(variables).flatMap(
      (value) => value.match(/arn:aws:secretsmanager:[\w:/+=.@-]+/g) ?? [],
    )
    return [...new Set(named)].flatMap((secret) => {
      const decision = iam.decide(role, 'secretsmanager:GetSecretValue', secret, 'dataPlane')
      return decision === 'allowed' ? [] : [name]
    })
  })
}

export async function inParallel<T>(
  atOnce: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
