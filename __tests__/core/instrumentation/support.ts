/** Functions with instrumentation on them, and what is asked of it. */

import type { InstrumentationChoice } from '../../../src/pipeline/plan/wanted'
import type { LambdaFunction } from '../../../src/systems/lambda/lambda-function'
import { type Plan, planAttachment, planRemoval } from '../../../src/pipeline/plan/plan'
import {
  changed,
  layer,
  layersOf,
  SOME_CONTEXT,
  someWanted,
  variablesOf,
} from '../support/functions'

export const COMMUNITY = '184161586896'
export const ADOT = '901920570463'

export const NODE = layer('opentelemetry-nodejs-0_23_0', 1, COMMUNITY)
export const PYTHON = layer('opentelemetry-python-0_21_0', 1, COMMUNITY)
export const JAVA = layer('opentelemetry-javaagent-0_21_0', 1, COMMUNITY)
export const ADOT_NODE = layer('aws-otel-nodejs-amd64-ver-1-30-2', 1, ADOT)

export const WRAPPER = 'AWS_LAMBDA_EXEC_WRAPPER'

type Attach = Extract<InstrumentationChoice, { kind: 'attach' }>

export function asked(given: Partial<Attach> = {}): Attach {
  return {
    kind: 'attach',
    language: 'auto',
    distribution: 'opentelemetry',
    arnTemplate: undefined,
    wrapperConflict: 'block',
    ...given,
  }
}

export interface Asked extends Partial<Attach> {
  /** The input `rotel-environment`. */
  readonly environment?: Readonly<Record<string, string>>
  readonly acceptForeignSettings?: boolean
}

export function planFor(fn: LambdaFunction, given: Asked | 'none' = {}): Plan {
  const wanted = someWanted()
  if (given === 'none') return planAttachment(fn, wanted, SOME_CONTEXT)
  const { environment = {}, acceptForeignSettings = false, ...choice } = given
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }))
  return planAttachment(
    fn,
    {
      ...wanted,
      acceptForeignSettings,
      instrumentation: asked(choice),
      export: { ...wanted.export, environment: variables },
    },
    SOME_CONTEXT,
  )
}

/** The function once the plan is carried out; throws where it is refused. */
export function attached(fn: LambdaFunction, given: Asked | 'none' = {}): LambdaFunction {
  return carriedOut(fn, planFor(fn, given))
}

export function removed(fn: LambdaFunction): LambdaFunction {
  return carriedOut(fn, planRemoval(fn))
}

function carriedOut(fn: LambdaFunction, plan: Plan): LambdaFunction {
  if (plan.kind === 'refused') throw new Error(`${plan.reason}: ${plan.detail}`)
  return plan.kind === 'change' ? changed(fn, plan.change) : fn
}

/** `reason`, or `undefined` where the plan is not refused. */
export function refusal(fn: LambdaFunction, given: Asked = {}): string | undefined {
  const plan = planFor(fn, given)
  return plan.kind === 'refused' ? `${plan.reason}: ${plan.detail}` : undefined
}

export function warningsOf(fn: LambdaFunction, given: Asked = {}): readonly string[] {
  const plan = planFor(fn, given)
  if (plan.kind === 'refused') throw new Error(plan.detail)
  return plan.warnings
}

/** Layers without Rotel's. */
export function othersOf(fn: LambdaFunction): readonly string[] {
  return layersOf(fn).filter((arn) => !arn.includes(':418653438961:'))
}

export function wrapperOn(fn: LambdaFunction): string | undefined {
  return variablesOf(fn).get(WRAPPER)
}
