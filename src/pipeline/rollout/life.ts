/**
 * The life of one function in a run: its steps in order, until all are done or one fails; then it is walked back to its
 * original state (promise P2). Everything that can happen to it ends in an outcome.
 */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { carriesRotel } from '../../systems/rotel/carries-rotel'
import type { Disabled } from '../disable-logs/context'
import { describe, type Outcome } from './outcome'
import { STEPS, type StepName } from './steps'
import { breakOff, fail } from './life-failure'
import { CARRY_OUT, endWith } from './life-steps'
import { restoreIfDark } from './relight'
import {
  ended,
  finished,
  type Life,
  type LifeContext,
  type Lived,
  NOT_DARK,
  type Waiting,
} from './life-state'

export interface Candidate {
  readonly fn: LambdaFunction
  readonly warnings: readonly string[]
}

/** Writes the function, proves it, or rolls it back. Never rejects for what AWS does. */
export function attach(candidate: Candidate, context: LifeContext): Promise<Lived> {
  return walk(begin(candidate, context), STEPS, context)
}

/** Proves a function that is configured already: nothing is written to it, so nothing is undone. */
export function proveUnchanged(candidate: Candidate, context: LifeContext): Promise<Lived> {
  const steps = STEPS.slice(STEPS.indexOf('settle'))
  return walk(begin(candidate, context), steps, context)
}

/** The end of a function that has waited for the other members of its unit. Never rejects. */
export async function afterUnit(
  { life, member }: Waiting,
  disabled: Disabled,
  context: LifeContext,
): Promise<Outcome> {
  try {
    return await endWith(life, member.plan, disabled, context)
  } catch (thrown) {
    return breakOff(life, context.broke(thrown), context)
  }
}

/** Never rejects: what breaks ends the life in order. */
async function walk(first: Life, steps: readonly StepName[], context: LifeContext): Promise<Lived> {
  let reached = first
  try {
    return await walkOn(first, steps, context, (life) => (reached = life))
  } catch (thrown) {
    return ended(await breakOff(reached, context.broke(thrown), context))
  }
}

async function walkOn(
  first: Life,
  steps: readonly StepName[],
  context: LifeContext,
  goesOn: (life: Life) => void,
): Promise<Lived> {
  let life = first
  for (const step of steps) {
    // Logs are disabled where they may be written: what was dark is restored before.
    if (step === 'disable-logs' && context.disabling) life = await withRelit(life)
    const advance = await CARRY_OUT[step](life, context)
    switch (advance.kind) {
      case 'on':
        life = advance.life
        goesOn(life)
        if (step === 'publish-alias' && !context.disabling) context.proven()
        continue
      case 'failed': {
        const { cause } = advance
        goesOn(advance.life)
        const failing = await withRelit(advance.life)
        return ended(await fail(failing, cause, context))
      }
      case 'over':
        goesOn(advance.life)
        return ended(await concluded(advance.life, context))
      case 'waiting':
      case 'ended':
        return advance
    }
  }
  return ended(finished(await concluded(life, context), life, context))
}

/**
 * With what became of its log rights, and dark where a version that traffic reaches still is, or the function itself, which
 * the run has not written.
 */
async function concluded(life: Life, context: LifeContext): Promise<Outcome> {
  const { outcome, relit } = await withRelit(life)
  const { stillDark, darkWithoutRotel } = await relit
  if (context.acceptsLogLoss) return outcome
  if (stillDark !== undefined) {
    return { ...outcome, status: 'dark', reason: 'version-not-instrumented', detail: stillDark }
  }
  const isUnwritten = outcome.status === 'blocked' || outcome.status === 'skipped'
  if (darkWithoutRotel === undefined || !isUnwritten) return outcome
  const { reason = 'would-go-dark', detail = '' } = outcome
  return {
    ...outcome,
    status: 'dark',
    reason: 'would-go-dark',
    detail: `${darkWithoutRotel}; ${reason}: ${detail}`,
  }
}

async function withRelit(life: Life): Promise<Life> {
  const { restored, wrote, notes, ...still } = await life.relit
  const { outcome } = life
  return {
    ...life,
    relit: Promise.resolve({ restored, wrote, notes: [], ...still }),
    restored: life.restored || restored,
    outcome: {
      ...outcome,
      changed: outcome.changed || wrote,
      warnings: [...outcome.warnings, ...notes],
    },
  }
}

function begin({ fn, warnings }: Candidate, context: LifeContext): Life {
  return {
    fn,
    hadRotel: carriesRotel(fn),
    cautions: warnings,
    written: false,
    granted: false,
    since: context.lambdaClock.now().latest,
    smoke: undefined,
    proof: undefined,
    relit: context.mayWrite ? restoreIfDark(fn, context) : Promise.resolve(NOT_DARK),
    restored: false,
    outcome: describe(fn, warnings),
  }
}
