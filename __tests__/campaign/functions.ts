/** The four functions of a sequence on Local AWS, and what must be true of them whatever happens (promises P2, P8 and P9). */

import type { IamReader, LocalAws, RunningConfiguration } from '../../local/aws/local-aws'
import { unreadableSecrets } from '../scenarios/missing-rights'
import {
  type Happening,
  type LogRight,
  type Name,
  NAMES,
  type Secret,
  type Start,
} from './sequences'
import type { Place } from './step-runner'

const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const WRITES_TO_A_STREAM = ['logs:CreateLogStream', 'logs:PutLogEvents']
const AWS_MANAGED = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const OWN = { MODE: 'production' }

const logging = (...others: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: WRITES, Resource: '*' }, ...others],
})
const TABLE = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' }

type Seen = RunningConfiguration

export interface Functions {
  readonly arnOf: (name: Name) => string
  readonly secretArn: (secret: Exclude<Secret, 'plain'>) => string
  /** Of an administrator's policy that denies all logging. */
  readonly denyPolicy: string
  readonly happen: (happening: Extract<Happening, { kind: 'deploy' | 'publish' }>) => void
  readonly setThrows: (name: Name, throws: boolean) => void
  readonly setEgress: (name: Name, isOpen: boolean) => void
  /** The function with this whole name. */
  readonly named: (whole: string | undefined) => readonly Name[]
  /** What is wrong with each routed version of each function: `a:$LATEST is dark`. */
  readonly faults: (reader: IamReader, names?: readonly Name[]) => readonly string[]
  /** What of ours is left, on functions and roles that should carry nothing of ours. */
  readonly leftovers: (known: {
    /** Rights were taken out of policies without a file that tells how: a grant of ours may stand for them. */
    readonly narrowed: boolean
    /** Functions whose Rotel layer lost its marker: nobody knows that it is ours. */
    readonly adopted: readonly Name[]
  }) => readonly string[]
  readonly end: () => void
}

/** @param key of ClickStack, which the secrets hold */
export function createFunctions(
  aws: LocalAws,
  { region }: Place,
  { prefix, start, key }: { readonly prefix: string; readonly start: Start; readonly key: string },
): Functions {
  const { lambda, iam } = aws
  const whole = (name: Name) => `${prefix}${name}`
  const roles = { ab: `${prefix}ab`, cd: `${prefix}cd` }
  const shared = iam.createPolicy(`${prefix}logging`, logging(TABLE))
  const denyPolicy = iam.createPolicy(`${prefix}no-logs`, {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: WRITES, Resource: '*' }],
  })
  const [ab, cd] = [
    createRole(aws, roles.ab, start.rights[0], shared),
    createRole(aws, roles.cd, start.rights[1], shared),
  ]
  for (const name of NAMES) {
    const role = name === 'a' || name === 'b' ? ab : cd
    lambda.createFunction({ name: whole(name), region, role, variables: OWN, updateMs: 200 })
    if (start.aliased.includes(name)) {
      lambda.setAlias(whole(name), 'live', lambda.publishVersion(whole(name), region), {}, region)
    }
  }
  const secrets = new Map(
    (['secret-1', 'secret-2'] as const).map((secret) => [
      secret,
      aws.secrets.create({ name: `${prefix}${secret}`, value: key, region }),
    ]),
  )
  const secretName = (arn: string) => [...secrets].find(([, one]) => one === arn)?.[0] ?? arn
  const rolesNow = () => ({
    ab: roleText(aws, roles.ab),
    cd: roleText(aws, roles.cd),
    shared: JSON.stringify(iam.policy(shared).versions),
  })
  const atStart = rolesNow()

  const isDark = ({ layers, variables, role, logGroup }: Seen, reader: IamReader): boolean => {
    const hasLayer = layers.some((arn) => arn.includes(':rotel-extension-'))
    if (hasLayer && variables['ROTEL_OTLP_EXPORTER_ENDPOINT']) return false
    const stream = `arn:aws:logs:${region}:${aws.account}:log-group:${logGroup}:log-stream:x`
    return WRITES_TO_A_STREAM.some(
      (action) => iam.decide(role, action, stream, reader) !== 'allowed',
    )
  }
  /** What cold starts run, and what those of `$LATEST` are about to run. */
  const configurations = (name: Name): readonly Seen[] => [
    ...lambda
      .routedVersions(whole(name), region)
      .map((version) => lambda.runs(whole(name), version, region)),
    { version: '$LATEST', ...lambda.get(whole(name), region) },
  ]

  return {
    arnOf: (name) => lambda.get(whole(name), region).arn,
    named: (given) => NAMES.filter((name) => whole(name) === given),
    secretArn: (secret) => secrets.get(secret) ?? '',
    denyPolicy,
    happen(happening) {
      const name = whole(happening.function)
      if (happening.kind === 'publish') {
        lambda.setAlias(name, 'live', lambda.publishVersion(name, region), {}, region)
        return
      }
      const { resets } = happening
      lambda.changeAsSomebodyElse(
        name,
        {
          ...(resets !== 'variables' && { layers: [] }),
          ...(resets !== 'layers' && { variables: OWN }),
        },
        region,
      )
    },
    setThrows: (name, throws) =>
      lambda.setHandler(whole(name), throws ? { failure: { kind: 'throws' } } : {}, region),
    setEgress: (name, isOpen) => {
      if (isOpen) lambda.allowEgress(whole(name), region)
      else lambda.blockEgress(whole(name), region)
    },
    faults: (reader, names = NAMES) => {
      const found = names.flatMap((name) =>
        configurations(name).flatMap((seen) => [
          ...(isDark(seen, reader) ? [`${name}:${seen.version} is dark`] : []),
          ...unreadableSecrets(aws, seen, reader).map(
            (arn) => `${name}:${seen.version} cannot read ${secretName(arn)}`,
          ),
        ]),
      )
      return [...new Set(found)]
    },
    leftovers({ narrowed, adopted }) {
      const now = rolesNow()
      const changed = (['ab', 'cd', 'shared'] as const).filter(
        (part) => !narrowed && now[part] !== atStart[part],
      )
      const policies = Object.values(roles).flatMap((role) =>
        Object.keys(iam.get(role).inline)
          .filter((policy) => policy.startsWith('ClickStackLambda-'))
          .filter((policy) => !narrowed || !policy.startsWith('ClickStackLambda-grant-logs-'))
          .map(
            (policy) =>
              `${policy.replace(/-[0-9a-f]{16}$/, '')} is left on ${role.slice(prefix.length)}`,
          ),
      )
      const attached = Object.values(roles).filter((role) =>
        iam.get(role).attached.includes(denyPolicy),
      )
      const functions = NAMES.flatMap((name) => {
        const { layers, variables } = lambda.get(whole(name), region)
        const names = Object.keys(variables).filter((variable) => !(variable in OWN))
        return [
          ...(layers.length > 0 && !adopted.includes(name) ? [`a layer is left on ${name}`] : []),
          ...(names.length > 0 ? [`${names.join(', ')} left on ${name}`] : []),
        ]
      })
      return [
        ...changed.map((part) => `the rights of ${part} are not as they were found`),
        ...policies,
        ...attached.map((role) => `deny-policy-arn is left on ${role.slice(prefix.length)}`),
        ...functions,
      ]
    },
    end() {
      for (const name of NAMES) lambda.deleteFunction(whole(name), region)
    },
  }
}

function createRole({ iam }: LocalAws, name: string, right: LogRight, shared: string): string {
  const seeds: Readonly<Record<LogRight, Omit<Parameters<typeof iam.createRole>[0], 'name'>>> = {
    'aws-managed': { attached: [AWS_MANAGED] },
    inline: { inline: { logging: logging(TABLE) } },
    'shared-policy': { attached: [shared] },
  }
  return iam.createRole({ name, ...seeds[right] }).arn
}

/** Everything of a role that a run may change, to be compared. */
function roleText({ iam }: LocalAws, name: string): string {
  const { inline, attached } = iam.get(name)
  return JSON.stringify([Object.entries(inline).sort(), [...attached].sort()])
}
