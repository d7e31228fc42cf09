/** Whether the next cold start of each version that traffic is led to would find its secrets, as Local AWS decides it. */

import type { IamReader, LocalAws, RunningConfiguration } from '../../local/aws/local-aws'

/**
 * `orders:$LATEST cannot read …` for each routed version that carries Rotel and a secret that its role may not read.
 * @param reader whose view of IAM counts: what a cold start meets, unless given
 */
export function missingRights(
  aws: Pick<LocalAws, 'lambda' | 'iam'>,
  name: string,
  reader: IamReader = 'dataPlane',
): readonly string[] {
  return aws.lambda
    .routedVersions(name)
    .flatMap((version) =>
      unreadableSecrets(aws, aws.lambda.runs(name, version), reader).map(
        (arn) => `${name}:${version} cannot read ${arn}`,
      ),
    )
}

/** The secrets that Rotel would look up and may not; none without Rotel's layer. */
export function unreadableSecrets(
  { iam }: Pick<LocalAws, 'iam'>,
  { layers, variables, role }: Pick<RunningConfiguration, 'layers' | 'variables' | 'role'>,
  reader: IamReader,
): readonly string[] {
  if (!layers.some((arn) => arn.includes(':rotel-extension-'))) return []
  const may = (action: string, resource: string) =>
    iam.decide(role, action, resource, reader) === 'allowed'
  return referencesIn(variables).filter((arn) =>
    arn.includes(':ssm:')
      ? !may('ssm:GetParameters', arn)
      : !may('secretsmanager:BatchGetSecretValue', '*') ||
        !may('secretsmanager:GetSecretValue', arn),
  )
}

/** The ARNs in a function's variables that Rotel looks up when it starts, without `#key`. */
function referencesIn(variables: Readonly<Record<string, string>>): readonly string[] {
  const rotels = Object.entries(variables).filter(([name]) => name.startsWith('ROTEL_'))
  const found = rotels.flatMap(([, value]) =>
    [...value.matchAll(/\$\{(arn:[^}#]+)/g)].flatMap(([, arn]) => arn ?? []),
  )
  return [...new Set(found)]
}
