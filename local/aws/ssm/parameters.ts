/** The parameters of all regions, and how they are found by name and ARN. */
import type { Account } from '../account/account'

export interface LocalParameters {
  /** Returns its ARN. */
  create(seed: ParameterSeed): string
  /** The next version. `id` is an ARN or a name. */
  put(id: string, value: string): void
  delete(id: string): void
}

interface ParameterSeed {
  /** `/path/name` or `name`. */
  readonly name: string
  readonly region?: string
  /** SecureString unless given. */
  readonly type?: 'String' | 'StringList' | 'SecureString'
  readonly value: string
  /** Of a SecureString: ARN, id or `alias/NAME` of a key of one's own; `alias/aws/ssm` unless given. */
  readonly kmsKeyId?: string
}

export interface Parameter {
  /** With the leading slash of a path; a top-level name has none. */
  readonly name: string
  readonly region: string
  readonly arn: string
  readonly type: 'String' | 'StringList' | 'SecureString'
  /** Of a SecureString; `alias/aws/ssm` unless one's own was named. */
  readonly kmsKeyId: string | undefined
  /** One for each version, the first one first. */
  values: readonly string[]
  changedMs: number
}

export interface ParameterStore extends LocalParameters {
  /** By name or ARN. */
  find(region: string, id: string): Parameter | undefined
  all(region: string): readonly Parameter[]
}

export function createParameterStore(account: Account): ParameterStore {
  const parameters: Parameter[] = []
  const known = (id: string): Parameter => {
    const parameter = parameters.find(({ arn, name }) => arn === id || name === id)
    if (parameter === undefined) throw new Error(`no parameter ${id}`)
    return parameter
  }
  return {
    all: (region) => parameters.filter((parameter) => parameter.region === region),
    find: (region, id) =>
      parameters.find(
        (parameter) =>
          parameter.region === region && (parameter.name === id || parameter.arn === id),
      ),
    create: (seed: ParameterSeed) => {
      const region = seed.region ?? account.region
      const type = seed.type ?? 'SecureString'
      const parameter: Parameter = {
        name: seed.name,
        region,
        arn: parameterArn(account, region, seed.name),
        type,
        kmsKeyId: type === 'SecureString' ? (seed.kmsKeyId ?? 'alias/aws/ssm') : undefined,
        values: [seed.value],
        changedMs: account.clock.now(),
      }
      parameters.push(parameter)
      return parameter.arn
    },
    put: (id, value) => {
      const parameter = known(id)
      parameter.values = [...parameter.values, value]
      parameter.changedMs = account.clock.now()
    },
    delete: (id) => {
      parameters.splice(parameters.indexOf(known(id)), 1)
    },
  }
}

/** `/a/b` is `parameter/a/b`, and so is `a/b`: a slash between, one alone. */
export function parameterArn(account: Account, region: string, name: string): string {
  if (name.startsWith('arn:')) return name
  return `arn:${account.partition}:ssm:${region}:${account.id}:parameter/${name.replace(/^\//, '')}`
}
