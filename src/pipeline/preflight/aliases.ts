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

export async function inspectAliases(
  inspected: readonly Inspected[],
  settings: PreflightSettings,
  { invoke, invokes, ...context }: AliasesContext,
): Promise<readonly Inspected[]> {
  if (settings.mode !== 'apply' && settings.mode !== 'plan') return inspected
  const { publishAlias: name, mode } = settings
  if (name === undefined) return inspected
  return Promise.all(
    inspected.map(async (one): Promise<Inspected> => {
      if (one.kind !== 'planned') return one
      const { fn, plan } = one
      const change = plan.kind === 'change' ? plan.change : undefined
      const alias = await planAlias(name, fn, change, {
        ...context,
        isInvoked: invokes(fn, true),
        invoke: mode === 'apply' ? invoke : undefined,
      })
      return 'reason' in alias ? refuse(one, alias) : { ...one, alias }
    }),
  )
}
