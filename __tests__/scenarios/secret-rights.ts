/** What a scenario about rights to read secrets holds on to: that each cold start of each routed version would find its own. */

import type { LocalAws } from '../../local/aws/local-aws'
import { missingRights } from './missing-rights'
import { FOREIGN } from './world'

/** Fills up with each call of AWS after which a cold start would have died of a secret that it may not read. */
export function watchForMissingRights(
  aws: Pick<LocalAws, 'lambda' | 'iam' | 'onWorkDone'>,
): readonly string[] {
  const missing: string[] = []
  aws.onWorkDone(({ operation }) => {
    for (const { name } of aws.lambda.list()) {
      missing.push(...missingRights(aws, name).map((what) => `${operation}: ${what}`))
    }
  })
  return missing
}

/** The error of a cold start of the version or alias, `$LATEST` unless given; `undefined`: it starts and answers. */
export async function coldStartError(
  { lambda }: Pick<LocalAws, 'lambda'>,
  name: string,
  qualifier?: string,
): Promise<string | undefined> {
  const facts = { cold: true, ...(qualifier === undefined ? {} : { qualifier }) }
  const [started] = await lambda.traffic(name, facts)
  return started?.errorType ?? started?.functionError
}

/** Names and documents of the policies by which this action lets a role read secrets. */
export function grantsOn(
  { iam }: Pick<LocalAws, 'iam'>,
  role: string,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(iam.get(role).inline).filter(([name]) =>
      name.startsWith('ClickStackLambda-read-secrets-'),
    ),
  )
}

/** Gives these functions one role, which may write logs and read no secret. */
export function aSharedRole({ iam, lambda }: LocalAws, ...functions: readonly string[]): string {
  const { arn } = iam.createRole({
    name: 'shared',
    path: '/service-role/',
    attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
  })
  for (const name of functions) lambda.createFunction({ name, role: arn, variables: FOREIGN })
  return arn
}

/** Inputs of a run over one function, whose key is a secret that the run may let its role read. */
export function granting(functions: string, secret: string): Readonly<Record<string, string>> {
  return { functions, 'api-key': secret, 'grant-secret-access': 'true' }
}
