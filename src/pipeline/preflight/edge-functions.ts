/**
 * Functions of Lambda@Edge: CloudFront refuses versions with layers or variables, so a version that is published from now
 * on can be associated no more. Only the trust policy of the role tells such a function (CloudFront Developer Guide,
 * "Restrictions on Lambda@Edge").
 */

import { shortened } from '../../model/redaction'
import { parseRoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import type { Inspected } from './inspect'

type Planned = Extract<Inspected, { kind: 'planned' }>

const PRINCIPAL = 'edgelambda.amazonaws.com'

const WARNING = `its role trusts ${PRINCIPAL}: CloudFront rejects versions with layers or variables, so a version that is published from now on cannot be associated with a distribution. Exclude the function if it belongs to Lambda@Edge`

export interface EdgeFindings {
  /** By ARN of the function. */
  readonly warnings: ReadonlyMap<string, string>
  /** What was not checked. */
  readonly notes: readonly string[]
}

/**
 * One question a role. `apply` asks the simulator alone about ordinary functions, and lets no write wait for IAM: there the
 * names decide whether a role is asked about; `plan` asks wherever CloudFront would not refuse the function already.
 */
export async function findEdgeFunctions(
  inspected: readonly Inspected[],
  mode: 'apply' | 'plan',
  roles: Pick<RoleControl, 'trusted'>,
): Promise<EdgeFindings> {
  const candidates = inspected.filter(
    (one): one is Planned =>
      mayServeEdge(one) && (isNamedSo(one) || (mode === 'plan' && isBare(one))),
  )
  const asked = new Map<string, ReturnType<RoleControl['trusted']>>()
  const warnings = new Map<string, string>()
  const notChecked: string[] = []
  await Promise.all(
    candidates.map(async ({ fn }) => {
      const role = parseRoleArn(fn.roleArn ?? '')
      if (role === undefined) return
      const question = asked.get(role.text) ?? roles.trusted(role)
      asked.set(role.text, question)
      const answer = await question
      if (!answer.ok) notChecked.push(shortened(answer.fault.code))
      else if (answer.value.includes(PRINCIPAL)) warnings.set(fn.arn.text, WARNING)
    }),
  )
  const [why] = notChecked
  const count = `${String(notChecked.length)} of ${String(inspected.length)} functions`
  return {
    warnings,
    notes:
      why === undefined
        ? []
        : [
            `Lambda@Edge: not checked for ${count} whether their roles belong to it (iam:GetRole: ${why}).`,
          ],
  }
}

/** The functions with what was found of them. */
export function withEdgeWarnings(
  inspected: readonly Inspected[],
  { warnings }: EdgeFindings,
): readonly Inspected[] {
  return inspected.map((one): Inspected => {
    const warning = one.fn && warnings.get(one.fn.arn.text)
    if (one.kind !== 'planned' || warning === undefined) return one
    return { ...one, plan: { ...one.plan, warnings: [...one.plan.warnings, warning] } }
  })
}

/** Lambda@Edge lives in one region, and runs two languages on one architecture. */
function mayServeEdge(one: Inspected): one is Planned {
  if (one.kind !== 'planned' || one.plan.kind !== 'change') return false
  const { arn, runtime = '', architecture } = one.fn
  return (
    arn.partition === 'aws' &&
    arn.region === 'us-east-1' &&
    /^(nodejs|python)/.test(runtime) &&
    architecture === 'x86_64'
  )
}

/** With layers or variables of its own, CloudFront refuses it already. */
function isBare({ fn: { layers, environment } }: Planned): boolean {
  return layers.length === 0 && environment.readable && environment.variables.size === 0
}

function isNamedSo({ fn }: Planned): boolean {
  return /edge|cloudfront|viewer|origin|cdn/i.test(`${fn.arn.name} ${fn.roleArn ?? ''}`)
}
