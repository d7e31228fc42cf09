/** What `publish-alias` comes to for one function: whether its alias has to lead to a new version. Reads only. */

import { faultRefusal, type Refusal } from '../../model/refusal'
import type { AliasControl } from '../../systems/lambda/alias-control'
import { type Change, withChange } from '../../systems/lambda/change'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { LambdaInvoke } from '../smoke-test/invocation'

export type AliasPlan =
  /** It leads to a version that is what `$LATEST` is, or to `$LATEST` itself. */
  | { readonly kind: 'current'; readonly alias: string }
  | {
      readonly kind: 'publish'
      readonly alias: string
      /** The version that the alias leads to now. */
      readonly from: string
      /** That version has other code: moving the alias releases it. */
      readonly codeChanges: boolean
    }

interface AliasPlanContext {
  readonly aliases: Pick<AliasControl, 'alias'>
  readonly lambda: Pick<LambdaControl, 'get'>
  /** Whether the smoke test may invoke the function. */
  readonly isInvoked: boolean
  /** Asks whether the caller may (a dry run); `undefined` in a plan. */
  readonly invoke: Pick<LambdaInvoke, 'mayInvoke'> | undefined
}

/**
 * @param fn `$LATEST`
 * @param change what is about to be written to it
 */
export async function planAlias(
  name: string,
  fn: LambdaFunction,
  change: Change | undefined,
  { aliases, lambda, isInvoked, invoke }: AliasPlanContext,
): Promise<AliasPlan | Refusal> {
  const read = await aliases.alias(fn.arn, name)
  if (!read.ok) return aliasRefusal(read.fault, name)
  const { version, isWeighted } = read.value
  if (isWeighted) return weighted(name)
  if (version === '$LATEST') return { kind: 'current', alias: name }
  const published = await lambda.get(fn.arn.region, fn.arn.text, version)
  if (!published.ok) return versionRefusal(published.fault, name, version)
  if (isSame(published.value, withChange(fn, change))) return { kind: 'current', alias: name }
  if (!isInvoked) {
    return {
      reason: 'alias-needs-invocation',
      detail: `a version is proven by an invocation before the alias ${name} leads to it, and the smoke test does not invoke the function`,
    }
  }
  // Versions and aliases are resources of their own, and the right to invoke `$LATEST` is not one to invoke them.
  for (const qualifier of [name, version]) {
    const answer = await invoke?.mayInvoke(fn.arn, qualifier)
    if (answer && !answer.ok && answer.fault.kind === 'denied') {
      return faultRefusal(answer.fault, 'invoke-denied', `qualifier ${qualifier}: `)
    }
  }
  return {
    kind: 'publish',
    alias: name,
    from: version,
    codeChanges: published.value.codeSha256 !== fn.codeSha256,
  }
}

export function weighted(name: string): Refusal {
  return {
    reason: 'alias-weighted',
    detail: `the alias ${name} sends a share of its calls to another version`,
  }
}

export function aliasRefusal(fault: Parameters<typeof faultRefusal>[0], name: string): Refusal {
  return fault.kind === 'not-found'
    ? { reason: 'alias-not-found', detail: `the function has no alias ${name}` }
    : faultRefusal(fault, 'alias-unreadable', `alias ${name}: `)
}

/** The remedy of `alias-unreadable` is a permission, which only a denied read needs. */
function versionRefusal(
  fault: Parameters<typeof faultRefusal>[0],
  name: string,
  version: string,
): Refusal {
  const reason = fault.kind === 'denied' ? 'alias-unreadable' : 'read-failed'
  return faultRefusal(fault, reason, `version ${version} of the alias ${name}: `)
}

/** Code and configuration, as far as this action reads it: Lambda itself makes no version where nothing has changed. */
export function isSame(published: LambdaFunction, latest: LambdaFunction): boolean {
  return (
    published.codeSha256 === latest.codeSha256 &&
    JSON.stringify(configurationOf(published)) === JSON.stringify(configurationOf(latest))
  )
}

function configurationOf(fn: LambdaFunction) {
  const { environment } = fn
  return {
    layers: fn.layers.map(({ arn }) => arn),
    variables: environment.readable
      ? [...environment.variables].toSorted(([a], [b]) => (a < b ? -1 : 1))
      : 'unreadable',
    runtime: fn.runtime,
    handler: fn.handler,
    architecture: fn.architecture,
    timeoutSeconds: fn.timeoutSeconds,
    memoryMb: fn.memoryMb,
    roleArn: fn.roleArn,
    logFormat: fn.logFormat,
    logGroup: fn.logGroup,
  }
}
