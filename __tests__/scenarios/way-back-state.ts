/**
 * What a scenario about the way back compares: everything that a run may change, and whether a function is dark. Dark is
 * an effect: no working Rotel (layer and endpoint), and a role that IAM's data plane does not let write the function's log.
 */

import { isDeepStrictEqual } from 'node:util'
import { expect } from '@jest/globals'
import type { FunctionView, LocalAws } from '../../local/aws/local-aws'
import type { StepResult } from '../../local/runner/step'
import { functionsOf } from './world'

interface Aws {
  readonly aws: LocalAws
}

/** The configuration of every function and the rights of every function's role. */
export interface FoundState {
  readonly functions: Readonly<Record<string, FunctionState>>
  readonly roles: Readonly<Record<string, RoleState>>
  /** Customer-managed policies by ARN, all versions included. */
  readonly policies: Readonly<Record<string, PolicyState>>
}

interface FunctionState extends Pick<
  FunctionView,
  'layers' | 'variables' | 'logFormat' | 'role' | 'aliases'
> {
  readonly timeoutSeconds: number
}

interface RoleState {
  readonly inline: Readonly<Record<string, string>>
  /** Sorted: what was detached and attached again comes last. */
  readonly attached: readonly string[]
  readonly boundary: string | undefined
}

interface PolicyState {
  readonly defaultVersion: string
  readonly versions: Readonly<Record<string, string>>
}

/** @param policies ARNs of the customer-managed policies to look at; those that are attached to a role are among them anyway */
export function stateOf({ aws }: Aws, policies: readonly string[] = []): FoundState {
  const functions = aws.lambda.list()
  const roles = [...new Set(functions.map(({ role }) => nameOf(role)))].map((name) =>
    aws.iam.get(name),
  )
  const customers = new Set([
    ...policies,
    ...roles.flatMap(({ attached }) => attached.filter((arn) => !arn.includes(':iam::aws:'))),
  ])
  return {
    functions: Object.fromEntries(
      functions.map(({ name, layers, variables, logFormat, role, aliases, timeoutSeconds }) => [
        name,
        { layers, variables, logFormat, role, aliases, timeoutSeconds },
      ]),
    ),
    roles: Object.fromEntries(
      roles.map(({ name, inline, attached, boundary }) => [
        name,
        { inline, attached: [...attached].sort(), boundary },
      ]),
    ),
    policies: Object.fromEntries(
      [...customers].sort().map((arn) => {
        const { defaultVersion, versions } = aws.iam.policy(arn)
        return [arn, { defaultVersion, versions }]
      }),
    ),
  }
}

/** Names of inline policies and variables by which this action can be told to have been here. */
export function leftOfOurs(world: Aws): readonly string[] {
  const { functions, roles } = stateOf(world)
  return [
    ...Object.entries(functions).flatMap(([name, { variables }]) =>
      Object.keys(variables)
        .filter((variable) => /^(ROTEL_|CLICKSTACK_LAMBDA$)/.test(variable))
        .map((variable) => `${name}: ${variable}`),
    ),
    ...Object.entries(roles).flatMap(([role, { inline }]) =>
      Object.keys(inline)
        .filter((policy) => policy.startsWith('ClickStackLambda-'))
        .map((policy) => `${role}: ${policy}`),
    ),
  ]
}

/** Whether a service would let the function's role write its log now. */
export function mayLog({ aws }: Aws, name: string): boolean {
  return isAllowedToLog(aws, aws.lambda.get(name))
}

export interface DarknessWatch {
  /** `orders after DeleteRolePolicy`: each moment at which a function or routed version was dark. */
  readonly moments: readonly string[]
  /** Looks once more, outside of any call. */
  look(when: string): void
}

/**
 * Looks after each call whether a function, or a version that an alias leads to, has become dark. Who could not log when the
 * watch began is not looked at.
 */
export function watchForDarkness({ aws }: Aws): DarknessWatch {
  const couldLog = new Map<string, boolean>()
  const moments: string[] = []
  const everyBody = () =>
    aws.lambda.list().flatMap((latest) => [
      { title: latest.name, view: latest },
      ...[...new Set(Object.values(latest.aliases))]
        .filter((version) => version !== '$LATEST')
        .map((version) => ({
          title: `${latest.name}:${version}`,
          view: aws.lambda.version(latest.arn, version),
        })),
    ])
  const look = (when: string): void => {
    for (const { title, view } of everyBody()) {
      const key = `${view.role} ${view.logGroup}`
      const allowed = isAllowedToLog(aws, view)
      if (!couldLog.has(key)) couldLog.set(key, allowed)
      if (couldLog.get(key) === true && !allowed && !hasWorkingRotel(view)) {
        moments.push(`${title} after ${when}`)
      }
    }
  }
  look('the start')
  aws.onWorkDone(({ operation }) => look(operation))
  return { moments, look }
}

function hasWorkingRotel({ layers, variables }: FunctionView): boolean {
  const isAttached = layers.some((arn) => /:layer:rotel-extension/.test(arn))
  const hasEndpoint = Object.entries(variables).some(
    ([name, value]) => /^ROTEL_\w*EXPORTER\w*_ENDPOINT$/.test(name) && value !== '',
  )
  return isAttached && hasEndpoint
}

function isAllowedToLog(aws: LocalAws, { arn, role, logGroup }: FunctionView): boolean {
  const [, partition = '', , region = '', account = ''] = arn.split(':')
  const stream = `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}:log-stream:x`
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].every(
    (action) => aws.iam.decide(role, action, stream, 'dataPlane') === 'allowed',
  )
}

/**
 * Holds what a run says against what it did: `changed` is whether anything differs, and who was blocked or rolled back
 * is as the run found it.
 */
export function expectTruth(result: StepResult, before: FoundState, after: FoundState): void {
  const differs = !isDeepStrictEqual(before, after)
  const said = functionsOf(result).map(({ name, status, changed }) => ({ name, status, changed }))
  expect({ said, changed: result.outputs['changed'] }).toMatchObject({ changed: String(differs) })
  const allBack = said.every(({ status }) => status === 'blocked' || status === 'rolled-back')
  if (allBack) expect({ said, state: after }).toEqual({ said, state: before })
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
