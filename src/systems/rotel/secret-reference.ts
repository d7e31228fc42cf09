/**
 * References to secrets: what a user writes for one, and what Rotel resolves. Rotel looks through the variables named
 * `ROTEL_*` at every cold start, before it parses them, and puts values in the place of `${arn:…}`, which may stand
 * anywhere, and of `secret://arn:…`, which must be the whole value (rotel-lambda-extension v0.1.6, src/env.rs).
 */

import { isAccountId, parseArn } from '../../model/arn'
import { enclosedParts, replaceEnclosed } from '../../model/enclosed'

/** A lookup that Rotel makes. An ARN is not secret and may be shown. */
export interface SecretReference {
  readonly service: 'secretsmanager' | 'ssm'
  readonly partition: string
  readonly region: string
  readonly account: string
  /** The whole ARN, without the `#key`. */
  readonly arn: string
  /** Of the secret, with its six-character suffix if the ARN has it; of the parameter, as its ARN has it: without the leading slash. */
  readonly name: string
  /** The field of the secret's JSON; `undefined`: the whole text. */
  readonly key: string | undefined
}

/** Why a text that is meant as a reference is not valid: the end of a sentence, without the text, which may be a secret. */
export interface ReferenceProblem {
  readonly problem: string
}

/**
 * The one reference that `text` is as a whole: an ARN, `${arn:…}` or `secret://arn:…`, each with `#key` or without.
 * @returns `undefined` for a text that is not meant as a reference
 */
export function parseSecretReference(text: string): SecretReference | ReferenceProblem | undefined {
  const trimmed = text.trim()
  const bare = /^secret:\/\/(.*)$/s.exec(trimmed) ?? /^\$\{([^}]*)\}$/.exec(trimmed)
  const inside = bare?.[1] ?? trimmed
  if (!inside.startsWith('arn:')) {
    return trimmed.startsWith('secret://')
      ? { problem: 'begins with `secret://`, but an ARN does not follow' }
      : undefined
  }
  return parseReferenceArn(inside)
}

/** In the form that Rotel resolves anywhere in a value. */
export function writeSecretReference({ arn, key }: SecretReference): string {
  return `\${${arn}${key === undefined ? '' : `#${key}`}}`
}

/** A value as it is written into a variable, with what Rotel looks up for it. */
export interface SecretValue {
  readonly written: string
  /** Empty for a plain value. */
  readonly references: readonly SecretReference[]
}

/**
 * A value that is a reference as a whole, or has some inside (`Bearer ${arn:…}`), in the form that Rotel resolves; any
 * other value as it is.
 */
export function readSecretValue(text: string): SecretValue | ReferenceProblem {
  const whole = parseSecretReference(text)
  if (whole !== undefined) {
    return 'problem' in whole
      ? whole
      : { written: writeSecretReference(whole), references: [whole] }
  }
  const inside = enclosedParts(text, INLINE).map(parseSecretReference)
  const references: SecretReference[] = []
  for (const one of inside) {
    if (one === undefined) continue
    if ('problem' in one) return one
    references.push(one)
  }
  const rest = replaceEnclosed(text, INLINE, '')
  if (rest.includes('${')) return { problem: 'contains a `${` that is not part of a `${arn:…}`' }
  if (rest.includes('secret://')) {
    return {
      problem: 'has `secret://` in the middle, where Rotel does not resolve it: use `${arn:…}`',
    }
  }
  if (/\barn:[a-z-]+:(secretsmanager|ssm):/.test(rest)) {
    return {
      problem: 'has an ARN in the middle, which Rotel would send unresolved: use `${arn:…}`',
    }
  }
  return { written: text, references }
}

/** What is beside the references of a value: none where it is one as a whole, all of it where it has none. */
export function partsBesideReferences(text: string): readonly string[] {
  if (isReference(text)) return []
  const references = enclosedParts(text, INLINE).filter(isReference)
  return references.length === 0
    ? [text]
    : references
        .reduce<string[]>(
          (parts, reference) => parts.flatMap((part) => part.split(reference)),
          [text],
        )
        .filter((part) => part.trim() !== '')
}

function isReference(text: string): boolean {
  const parsed = parseSecretReference(text)
  return parsed !== undefined && !('problem' in parsed)
}

/**
 * What Rotel looks up for a function with these variables, each reference once. Rotel reads no others than `ROTEL_*`,
 * and would fail at what this leaves out: malformed references.
 */
export function referencesIn(variables: Iterable<readonly [string, string]>): SecretReference[] {
  const found = new Map<string, SecretReference>()
  for (const [name, value] of variables) {
    if (!name.startsWith('ROTEL_')) continue
    const texts = value.startsWith('secret://') ? [value] : enclosedParts(value, INLINE)
    for (const text of texts) {
      const reference = parseSecretReference(text)
      if (reference === undefined || 'problem' in reference) continue
      found.set(writeSecretReference(reference), reference)
    }
  }
  return [...found.values()]
}

const INLINE = ['${arn:', '}'] as const

/** Secrets Manager adds six characters to the name of each secret's ARN. A name of one's own may look like that, too. */
export function hasSuffix({ name }: SecretReference): boolean {
  return /-[A-Za-z0-9]{6}$/.test(name)
}

/**
 * Rotel takes 6 or 7 parts, none of them empty (rotel, aws_api/arn.rs), and asks `{service}.{region}.amazonaws.com`, so
 * that it does not support partitions with another domain.
 */
function parseReferenceArn(text: string): SecretReference | ReferenceProblem {
  const hash = text.indexOf('#')
  const arn = hash === -1 ? text : text.slice(0, hash)
  const key = hash === -1 ? undefined : text.slice(hash + 1)
  const parts = parseArn(arn)
  const [resource = '', last, ...more] = parts?.resource.split(':') ?? []

  if (parts === undefined || [parts.region, parts.account, resource, last, ...more].includes('')) {
    return { problem: 'is not a complete ARN of six or seven non-empty parts' }
  }
  const { partition, service, region, account } = parts
  const isSecret = service === 'secretsmanager'
  if (!isSecret && service !== 'ssm') {
    return {
      problem:
        'is the ARN of another service: Rotel supports only Secrets Manager (`secretsmanager`) and Parameter Store (`ssm`)',
    }
  }
  if (more.length > 0) {
    return {
      problem: isSecret
        ? 'has more than seven parts, as in ECS: append `#key` for a field of a JSON secret'
        : 'has more than seven parts, which Rotel does not recognize as an ARN',
    }
  }
  const place = problemOfPlace(partition, region, account)
  if (place !== undefined) return { problem: place }

  if (isSecret) {
    if (resource !== 'secret' || last === undefined || !SECRET_NAME.test(last)) {
      return { problem: 'is not the ARN of a secret: `…:secret:NAME-XXXXXX`' }
    }
    if (key !== undefined && !JSON_KEY.test(key)) {
      return {
        problem:
          'has a `#key` that is empty or contains a space, a comma, a colon, a quote, a brace or another `#`',
      }
    }
    return { service, partition, region, account, arn, name: last, key }
  }
  if (last !== undefined) {
    return {
      problem:
        'ends in a version or label, for which Rotel silently gets an empty value: omit it, and Rotel uses the newest version',
    }
  }
  if (key !== undefined) {
    return {
      problem:
        'has a `#key`, which only Secrets Manager supports: store each value in its own parameter',
    }
  }
  const name = PARAMETER.exec(resource)?.[1]
  if (name === undefined) return { problem: 'is not the ARN of a parameter: `…:parameter/NAME`' }
  return { service, partition, region, account, arn, name, key }
}

/** Names as Secrets Manager and Parameter Store allow them. */
const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]{1,519}$/
const PARAMETER = /^parameter\/([A-Za-z0-9_.-][A-Za-z0-9_./-]{0,1010})$/
const JSON_KEY = /^[^\s,:'"{}#$\p{Cc}]+$/u

const REGION_OF: ReadonlyMap<string, RegExp> = new Map([
  ['aws', /^(?!cn-|us-gov-|us-iso|eu-isoe-|eusc-)[a-z]{2}-[a-z]+-\d{1,2}$/],
  ['aws-cn', /^cn-[a-z]+-\d{1,2}$/],
  ['aws-us-gov', /^us-gov-[a-z]+-\d{1,2}$/],
])

function problemOfPlace(partition: string, region: string, account: string): string | undefined {
  const regions = REGION_OF.get(partition)
  if (regions === undefined) {
    return 'is in a partition that Rotel does not support. Supported: `aws`, `aws-cn`, `aws-us-gov`'
  }
  if (!regions.test(region)) return 'names a region that does not exist in its partition'
  return isAccountId(account) ? undefined : 'does not have an account ID of twelve digits'
}
