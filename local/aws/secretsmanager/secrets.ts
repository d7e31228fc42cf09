/** The secrets of all regions, and how they are found by name and ARN. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Account } from '../account/account'

export interface LocalSecrets {
  /** Returns its ARN, with the six characters at its end. */
  create(seed: SecretSeed): string
  /** A new version that is AWSCURRENT. `id` is an ARN or a name. */
  put(id: string, value: string): void
  scheduleDeletion(id: string): void
  /** Gone at once, as after the waiting time. */
  delete(id: string): void
}

interface SecretSeed {
  readonly name: string
  readonly region?: string
  /** A secret may be there before it has a value. */
  readonly value?: string
  /** ARN, id or `alias/NAME` of a key of one's own; aws/secretsmanager unless given. */
  readonly kmsKeyId?: string
  readonly scheduledForDeletion?: boolean
  /** The value is AWSPENDING only, as in a rotation that did not end. */
  readonly withoutCurrent?: boolean
  /** The six characters of the ARN; random unless given. */
  readonly suffix?: string
}

export interface SecretVersion {
  readonly id: string
  readonly value: string
  /** AWSCURRENT, AWSPREVIOUS, AWSPENDING. */
  readonly stages: readonly string[]
  readonly createdMs: number
}

export interface Secret {
  readonly name: string
  readonly region: string
  /** With the six characters that Secrets Manager adds. */
  readonly arn: string
  readonly createdMs: number
  /** `undefined`: aws/secretsmanager. */
  readonly kmsKeyId: string | undefined
  /** Newest last; none before a first value is put. */
  versions: readonly SecretVersion[]
  /** When it was scheduled for deletion. */
  deletedMs: number | undefined
}

export interface SecretStore extends LocalSecrets {
  /** By name, ARN, or ARN without the six characters. */
  find(region: string, id: string): Secret | undefined
  all(region: string): readonly Secret[]
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export function createSecretStore(account: Account): SecretStore {
  const secrets: Secret[] = []

  const known = (id: string): Secret => {
    const secret = secrets.find(({ arn, name }) => arn === id || name === id)
    if (secret === undefined) throw new Error(`no secret ${id}`)
    return secret
  }
  const version = (value: string, stages: readonly string[]): SecretVersion => ({
    id: randomUUID(),
    value,
    stages,
    createdMs: account.clock.now(),
  })

  return {
    all: (region) => secrets.filter((secret) => secret.region === region),
    find: (region, id) => secrets.find((secret) => secret.region === region && isNamed(secret, id)),
    create: (seed: SecretSeed) => {
      const region = seed.region ?? account.region
      const suffix = seed.suffix ?? [...randomBytes(6)].map((byte) => ALPHABET[byte % 62]).join('')
      const now = account.clock.now()
      const stages = seed.withoutCurrent === true ? ['AWSPENDING'] : ['AWSCURRENT']
      const secret: Secret = {
        name: seed.name,
        region,
        arn: `arn:${account.partition}:secretsmanager:${region}:${account.id}:secret:${seed.name}-${suffix}`,
        createdMs: now,
        kmsKeyId: seed.kmsKeyId,
        versions: seed.value === undefined ? [] : [version(seed.value, stages)],
        deletedMs: seed.scheduledForDeletion === true ? now : undefined,
      }
      secrets.push(secret)
      return secret.arn
    },
    put: (id, value) => {
      const secret = known(id)
      const older = secret.versions.flatMap((one) =>
        one.stages.includes('AWSCURRENT') ? [{ ...one, stages: ['AWSPREVIOUS'] }] : [],
      )
      secret.versions = [...older, version(value, ['AWSCURRENT'])]
    },
    scheduleDeletion: (id) => {
      known(id).deletedMs = account.clock.now()
    },
    delete: (id) => {
      secrets.splice(secrets.indexOf(known(id)), 1)
    },
  }
}

/**
 * An ARN that ends in a hyphen and six characters is taken for a whole one: a secret whose own name ends so is not
 * found by its ARN without the suffix (AWS: "Secrets Manager secret name with a hyphen and six characters").
 */
function isNamed({ arn, name }: Secret, id: string): boolean {
  if (!id.startsWith('arn:')) return id === name
  return id === arn || (!/-[A-Za-z0-9]{6}$/.test(id) && id === arn.slice(0, -7))
}
