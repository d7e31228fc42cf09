/**
 * Which tool owns a function, so that its next deployment may overwrite the change. CloudFormation, and what deploys
 * through it, is recognised by the tags that it sets on every resource; Terraform sets none.
 */

/** The input `iac`: `auto` uses tags; the others set what tags cannot show. */
export const IAC = ['auto', 'cloudformation', 'terraform', 'none'] as const

export type Iac = (typeof IAC)[number]

export type Tool = 'cloudformation' | 'sam' | 'cdk' | 'serverless' | 'terraform'

export interface ToolOwner {
  readonly tool: Tool
  /** The stack's name, where a tag tells it. */
  readonly stack?: string
}

/** `unknown`: the tags could not be read. `none`: no tag names a tool, and `iac` does neither. */
export type Owner = ToolOwner | 'none' | 'unknown'

/** As GetFunction answers; ListFunctions leaves the tags out. */
export interface Tagged {
  readonly tags: ReadonlyMap<string, string> | 'unknown' | 'denied'
}

/**
 * Tags that begin with `aws:` can be set by AWS only, so a stack's tags go before `iac: terraform`. `iac: none` goes
 * before all: a function that a deleted stack left behind keeps its tags.
 */
export function ownerOf({ tags }: Tagged, iac: Iac): Owner {
  if (iac === 'none') return 'none'
  const known = typeof tags === 'string' ? new Map<string, string>() : tags
  const stack = known.get('aws:cloudformation:stack-name')
  if (stack !== undefined) return { tool: toolOfStack(known, stack), stack }
  if (iac !== 'auto') return { tool: iac }
  if (typeof tags === 'string') return 'unknown'
  return [...tags].some(namesTerraform) ? { tool: 'terraform' } : 'none'
}

/** What wrote the stack's template. */
function toolOfStack(tags: ReadonlyMap<string, string>, stack: string): Tool {
  // SAM's transform puts this on every function (aws/serverless-application-model, sam_resources.py).
  if (tags.get('lambda:createdBy') === 'SAM') return 'sam'
  const logicalId = tags.get('aws:cloudformation:logical-id') ?? ''
  const stage = tags.get('STAGE')
  // Serverless tags its stack with the stage, names it after it, and its functions so (serverless, lib/plugins/aws/lib/naming.js).
  if (stage !== undefined && stack.endsWith(`-${stage}`) && logicalId.endsWith('LambdaFunction')) {
    return 'serverless'
  }
  // A construct's path as eight digits of its hash (aws-cdk, core/lib/private/uniqueid.ts).
  return /[0-9A-F]{8}$/.test(logicalId) ? 'cdk' : 'cloudformation'
}

/** A convention of many teams, not of Terraform itself. */
function namesTerraform([key, value]: readonly [string, string]): boolean {
  const name = key.toLowerCase().replaceAll(/[^a-z]/g, '')
  if (name === 'terraform') return /^(true|yes|1)$/i.test(value.trim())
  return /^(managedby|createdby|provisioner|provisionedby|iac)$/.test(name)
    ? /^(terraform|opentofu|tofu)\b/i.test(value.trim())
    : false
}
