/**
 * How Rotel looks references up, once at cold start: by store, in batches of ten, each in the region of its ARN
 * (rotel-lambda-extension src/env.rs, src/secrets/*).
 */
import type { OutputLine } from './crash'
import type { SecretResolver } from './secrets'

/** Of a request to a store: its body, AWS's refusal, or no answer at all. */
export type StoreAnswer =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly status: number; readonly body: string }
  | { readonly kind: 'unreachable' }

/** The two calls that Rotel makes, with the credentials of the function. */
export interface SecretStores {
  batchGetSecretValue(region: string, ids: readonly string[]): StoreAnswer
  getParameters(region: string, names: readonly string[]): StoreAnswer
}

/** What differs between the releases of the extension. */
export interface ExtensionRelease {
  /** Since v0.1.5, layer version 6: an ARN may lack the six characters that Secrets Manager adds. */
  readonly findsPartialArns: boolean
}

const BATCH = 10

export function secretLookup(stores: SecretStores, release: ExtensionRelease): SecretResolver {
  return {
    resolve: (references) => {
      try {
        return Promise.resolve({ ok: true, values: lookUp(stores, release, references) } as const)
      } catch (error) {
        if (!(error instanceof LookupFailure)) throw error
        return Promise.resolve({ ok: false, error: error.message, before: error.before } as const)
      }
    },
  }
}

class LookupFailure extends Error {
  readonly before: readonly OutputLine[]

  constructor(message: string, before: readonly OutputLine[] = []) {
    super(message)
    this.before = before
  }
}

interface Reference {
  /** As it was written. */
  readonly text: string
  /** Without `#key`. */
  readonly arn: string
  readonly service: string
  readonly region: string
  /** Empty where none was given. */
  readonly key: string
}

function lookUp(
  stores: SecretStores,
  release: ExtensionRelease,
  texts: readonly string[],
): ReadonlyMap<string, string> {
  const references = texts.map(parseReference)
  for (const { service, key, text } of references) {
    if (service !== 'secretsmanager' && service !== 'ssm') {
      throw new LookupFailure(`Unknown secret ARN service name: ${service}`)
    }
    if (service === 'ssm' && key !== '') {
      throw new LookupFailure(`JSON field selection not allowed for parameter store: ${text}`)
    }
  }
  // What no answer fills in stays empty, and nobody complains.
  const values = new Map(texts.map((text) => [text, '']))
  const of = (service: string): readonly Reference[] =>
    references.filter((reference) => reference.service === service)
  for (const batch of batchesOf(of('secretsmanager'))) {
    for (const [arn, value] of secretValues(stores, batch)) {
      const asked = of('secretsmanager').filter(
        (reference) =>
          reference.arn === arn || (release.findsPartialArns && isPartial(reference.arn, arn)),
      )
      if (asked.length === 0) throw new LookupFailure(`Returned secret ARN was not found: ${arn}`)
      for (const reference of asked) values.set(reference.text, fieldOf(reference, value))
    }
  }
  for (const batch of batchesOf(of('ssm'))) {
    // The answer names the ARN without the version that was asked for.
    for (const [arn, value] of parameterValues(stores, batch)) values.set(arn, value)
  }
  return values
}

/** Six parts, seven where the resource holds a colon, none of them empty. */
function parseReference(text: string): Reference {
  const [arn = '', key = ''] = text.split('#', 2)
  const parts = arn.split(':')
  const [, , service = '', region = ''] = parts
  if (parts.length < 6 || parts.length > 7 || parts.includes('')) {
    throw new LookupFailure(`Unable to parse ARN: ${text}`)
  }
  return { text, arn, service, region, key }
}

function isPartial(asked: string, returned: string): boolean {
  return asked === returned.slice(0, -7)
}

/** Ten ARNs at a time; those of a batch that lie in other regions are asked for there. */
function batchesOf(references: readonly Reference[]): readonly {
  readonly region: string
  readonly arns: readonly string[]
  readonly of: readonly string[]
}[] {
  const arns = [...new Set(references.map(({ arn }) => arn))]
  const regionOf = new Map(references.map(({ arn, region }) => [arn, region]))
  const chunks = Array.from({ length: Math.ceil(arns.length / BATCH) }, (_, index) =>
    arns.slice(index * BATCH, (index + 1) * BATCH),
  )
  return chunks.flatMap((chunk) =>
    [...new Set(chunk.map((arn) => regionOf.get(arn) ?? ''))].map((region) => ({
      region,
      arns: chunk.filter((arn) => regionOf.get(arn) === region),
      of: chunk,
    })),
  )
}

type Batch = ReturnType<typeof batchesOf>[number]

interface SecretValuesBody {
  readonly Errors: readonly { readonly SecretId: string; readonly Message: string }[]
  readonly SecretValues: readonly { readonly ARN: string; readonly SecretString: string }[]
}

function secretValues(
  stores: SecretStores,
  batch: Batch,
): readonly (readonly [arn: string, value: string])[] {
  const answer = stores.batchGetSecretValue(batch.region, batch.arns)
  if (answer.kind !== 'ok') throw failure('secrets manager', batch, complaintOf(answer))
  const body = answer.body as SecretValuesBody
  if (body.Errors.length > 0) {
    const pairs = body.Errors.map(
      ({ SecretId, Message }) => `(${JSON.stringify(SecretId)}, ${JSON.stringify(Message)})`,
    )
    throw failure(
      'secrets manager',
      batch,
      `InvalidSecrets(${JSON.stringify(body.Errors.map(({ SecretId }) => SecretId))})`,
      [
        {
          stream: 'log',
          level: 'ERROR',
          message: 'Unable to lookup secrets',
          fields: { arns: `[${pairs.join(', ')}]` },
        },
      ],
    )
  }
  return body.SecretValues.map((secret) => [secret.ARN, secret.SecretString] as const)
}

interface ParametersBody {
  readonly InvalidParameters: readonly string[]
  readonly Parameters: readonly { readonly ARN: string; readonly Value: string }[]
}

function parameterValues(
  stores: SecretStores,
  batch: Batch,
): readonly (readonly [arn: string, value: string])[] {
  const answer = stores.getParameters(batch.region, batch.arns)
  if (answer.kind !== 'ok') throw failure('parameter store', batch, complaintOf(answer))
  const body = answer.body as ParametersBody
  const [invalid] = body.InvalidParameters
  if (invalid !== undefined) {
    // Rotel expects objects where AWS sends names, and so does not get as far as to name them.
    const kind = `invalid type: string ${JSON.stringify(invalid)}, expected struct InvalidParameters`
    throw failure('parameter store', batch, `SerdeError(Error(${JSON.stringify(kind)}, line: 1))`)
  }
  return body.Parameters.map((parameter) => [parameter.ARN, parameter.Value] as const)
}

function complaintOf(answer: Exclude<StoreAnswer, { kind: 'ok' }>): string {
  return answer.kind === 'unreachable'
    ? 'HttpError(hyper_util::client::legacy::Error(Connect, ConnectError("tcp connect error")))'
    : `AwsError { code: "${answer.status}", message: ${JSON.stringify(answer.body)} }`
}

function failure(
  store: 'secrets manager' | 'parameter store',
  batch: Batch,
  complaint: string,
  before: readonly OutputLine[] = [],
): LookupFailure {
  const error = `Unable to resolve ARNs from ${store}`
  const message = `${error}: [${batch.of.join(', ')}]: ${complaint}`
  return new LookupFailure(error, [...before, { stream: 'log', level: 'WARN', message }])
}

/** With a key the secret has to be an object of strings, all of them. */
function fieldOf({ key, text }: Reference, value: string): string {
  if (key === '') return value
  const members = stringMembers(value)
  if (members === undefined) {
    throw new LookupFailure(`Unable to parse secret string as JSON: ${text}`)
  }
  const field = members.get(key)
  if (field === undefined) {
    throw new LookupFailure(`Secret JSON did not contain field ${key}: ${text}`)
  }
  return field
}

function stringMembers(text: string): ReadonlyMap<string, string> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
    const entries: readonly (readonly [string, unknown])[] = Object.entries(parsed)
    const strings = entries.flatMap(([name, member]) =>
      typeof member === 'string' ? [[name, member] as const] : [],
    )
    return strings.length === entries.length ? new Map(strings) : undefined
  } catch {
    return undefined
  }
}
