/** `publish-alias` in the preflight: which aliases are to lead to a new version. */

import type { AliasControl } from '../../systems/lambda/alias-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { planAlias } from '../publish-alias/alias-plan'
import type { LambdaInvoke } from '../smoke-test/invocation'
import type { Inspected } from './inspect'
import { refuse } from './refuse'
import type { PreflightSettings } from './settings'

interface AliasesContext {
  readonly aliases: Pick<AliasControl, 'alias'>
  readonly lambda: Pick<LambdaControl, 'get'>
  readonly invoke: Pick<LambdaInvoke, 'mayInvoke'>
  readonly invokes: (fn: LambdaFunction, changes: boolean) => boolean
}

/** A function with its plan for the alias, or why that cannot be carried out. */
export type WithAlias = (one: Inspected) => Promise<Inspected>

/** @returns what plans the alias of a function upon what is about to be written to it */
export function aliasPlanner(
  settings: PreflightSettings,
  { invoke, invokes, ...context }: AliasesContext,
): WithAlias {
  const unchanged: WithAlias = (one) => Promise.resolve(one)
  if (settings.mode !== 'apply' && settings.mode !== 'plan') return unchanged
  const { publishAlias: name, mode } = settings
  if (name === undefined) return unchanged
  return async (one) => {
    if (one.kind !== 'planned') return one
    const { fn, plan } = one
    const change = plan.kind === 'change' ? plan.change : undefined
    const alias = await planAlias(name, fn, change, {
      ...context,
      isInvoked: invokes(fn, true),
      invoke: mode === 'apply' ? invoke : undefined,
    })
    return 'reason' in alias ? refuse(one, alias) : { ...one, alias }
  }
}
