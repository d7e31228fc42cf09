/**
 * Checks before anything is written whether Rotel will find its secrets: a lookup that fails ends the extension at each
 * cold start, and with it every invocation (rotel-lambda-extension, src/secrets). Values are never read: the stores are
 * asked for everything else, and IAM for its decision on exactly the calls that Rotel makes.
 */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { parseArn } from '../../model/arn'
import { groupedBy } from '../../model/grouped-by'
import { asPartOfALine } from '../../model/redaction'
import { faultName, type Refusal } from '../../model/refusal'
import type { AwsFault } from '../../model/result'
import { parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import { isForbidden, type RoleControl, type Simulated } from '../../systems/iam/role-control'
import { tooOldForPartialArns } from '../../systems/rotel/layers'
import {
  type Access,
  accessDocument,
  accessNeeded,
  type SecretKey,
  secretAccessDocument,
} from '../../systems/rotel/secret-access'
import { hasSuffix, type SecretReference } from '../../systems/rotel/secret-reference'
import type { SecretAccess } from './secret-access'
import type { SecretStores } from './secret-stores'

type SecretVerdict =
  | { readonly kind: 'fine' }
  /** By `grant-secret-access`: the role has this right, or gets it where it is found to be missing. */
  | { readonly kind: 'granted-by-us'; readonly access: SecretAccess }
  | ({ readonly kind: 'refused' } & Refusal)

export interface SecretQuestion {
  readonly fn: LambdaFunction
  /** ARNs of the planned layers. */
  readonly layers: readonly string[]
  /** The function is to be written; otherwise its role, with which it already runs, is not checked. */
  readonly changes: boolean
  /** Whether the smoke test or the proof would detect what could not be checked here. */
  readonly caughtLater: boolean
  /** The smoke test invokes it. */
  readonly invoked: boolean
}

export interface SecretPreflight {
  check(question: SecretQuestion): Promise<SecretVerdict>
  /** What could not be checked so far, in sentences, each once. */
  notChecked(): readonly string[]
}

export interface SecretPreflightContext {
  /** Everything that Rotel looks up. */
  readonly references: readonly SecretReference[]
  readonly stores: SecretStores
  readonly roles: Pick<RoleControl, 'simulate'>
  /** The input `grant-secret-access`. */
  readonly grant: boolean
}

/** Each secret and each role is checked once, however many functions there are. */
export function secretPreflight(context: SecretPreflightContext): SecretPreflight {
  const { references, grant } = context
  const notChecked = new Set<string>()
  const secrets = new Map<string, Promise<Seen>>()
  const roles = new Map<string, Promise<RoleFinding>>()

  const look = (reference: SecretReference, account: string): Promise<Seen> => {
    const id = `${reference.arn} ${account}`
    const seen = secrets.get(id) ?? lookAt(reference, account, context.stores)
    secrets.set(id, seen)
    return seen
  }
  return {
    notChecked: () => [...notChecked],
    async check({ fn, layers, changes, caughtLater, invoked }) {
      const seen = await Promise.all(references.map((one) => look(one, fn.arn.account)))
      const faulty = seen.map((one) => faultOf(one, fn, layers)).find((one) => one !== undefined)
      if (faulty) return { kind: 'refused', ...faulty }
      const open = seen.flatMap(({ unknown }) => unknown ?? [])
      const document = secretAccessDocument(arnsOf(seen), keysOf(seen))
      if (!changes && grant && references.length > 0) {
        for (const text of open) notChecked.add(text)
        // Its role is not asked; but another job may take the right away, or change the function, before this run ends.
        return { kind: 'granted-by-us', access: { document, isMissing: false } }
      }
      if (changes && references.length > 0) {
        const id = fn.roleArn ?? ''
        const finding = roles.get(id) ?? askRole(id, seen, context.roles)
        roles.set(id, finding)
        const { missing, forbidden, unknown } = await finding
        if (forbidden) return { kind: 'refused', ...forbidden }
        if (grant) {
          const [first] = unknown
          // Nobody would see whether the right is effective when the function needs it.
          if (first !== undefined && !invoked) {
            return {
              kind: 'refused',
              reason: 'secret-not-checked',
              detail: `${first}, and no invocation would show it`,
            }
          }
          for (const text of [...open, ...unknown]) notChecked.add(text)
          const isMissing = missing.length > 0 || unknown.length > 0
          return { kind: 'granted-by-us', access: { document, isMissing } }
        }
        if (missing.length > 0) return { kind: 'refused', ...notReadable(fn, missing) }
        open.push(...unknown)
      }
      for (const text of open) notChecked.add(text)
      const [first] = open
      if (first === undefined || caughtLater || !changes) return { kind: 'fine' }
      return {
        kind: 'refused',
        reason: 'secret-not-checked',
        detail: `${first}, and the function is not invoked to test it`,
      }
    },
  }
}

/** A reference and what its store returned. */
interface Seen {
  readonly reference: SecretReference
  /** With the whole ARN, as the store knows it. */
  readonly known: SecretReference | undefined
  readonly kmsKey: string | undefined
  readonly fault: Refusal | undefined
  readonly unknown: string | undefined
}

async function lookAt(
  reference: SecretReference,
  account: string,
  stores: SecretStores,
): Promise<Seen> {
  const seen: Seen = {
    reference,
    known: undefined,
    kmsKey: undefined,
    fault: undefined,
    unknown: undefined,
  }
  return reference.service === 'secretsmanager'
    ? { ...seen, ...(await secretFacts(reference, stores)) }
    : { ...seen, ...(await parameterFacts(reference, account, stores)) }
}

async function secretFacts(
  reference: SecretReference,
  stores: SecretStores,
): Promise<Partial<Seen>> {
  const { arn, region } = reference
  const answer = await stores.secret(region, arn)
  if (!answer.ok && answer.fault.kind !== 'not-found') {
    return { unknown: unchecked(`the secret ${arn}`, answer.fault) }
  }
  const facts = answer.ok ? answer.value : undefined
  if (facts === undefined) return { fault: missingIn(reference, 'secret') }
  const name = parseArn(facts.arn)?.resource.replace(/^secret:/, '') ?? reference.name
  const known: SecretReference = { ...reference, arn: facts.arn, name }
  if (facts.scheduledForDeletion) {
    return {
      known,
      fault: {
        reason: 'secret-scheduled-for-deletion',
        detail: `the secret ${arn} is scheduled for deletion and can no longer be read`,
      },
    }
  }
  if (!facts.hasCurrentVersion) {
    return {
      known,
      fault: {
        reason: 'secret-without-value',
        detail: `the secret ${arn} has no version AWSCURRENT, and therefore no value`,
      },
    }
  }
  return { known, kmsKey: customerKey(facts.kmsKey) }
}

async function parameterFacts(
  reference: SecretReference,
  account: string,
  stores: SecretStores,
): Promise<Partial<Seen>> {
  const { arn, region, name } = reference
  if (reference.account !== account) {
    return { unknown: `Whether the parameter ${arn} of another account exists was not checked` }
  }
  // The ARN has a slash before every name; only for a path it is certain that the name has one itself.
  const names = name.includes('/') ? [`/${name}`] : [name, `/${name}`]
  for (const one of names) {
    const answer = await stores.parameter(region, one)
    if (!answer.ok && answer.fault.kind !== 'not-found') {
      return { unknown: unchecked(`the parameter ${arn}`, answer.fault) }
    }
    const facts = answer.ok ? answer.value : undefined
    if (facts === undefined) continue
    if (facts.type === 'StringList') {
      return {
        fault: {
          reason: 'secret-wrong-type',
          detail: `the parameter ${arn} is of type StringList, and its commas would split Rotel’s headers`,
        },
      }
    }
    return { known: reference, kmsKey: customerKey(facts.kmsKey) }
  }
  return { fault: missingIn(reference, 'parameter') }
}

function missingIn({ arn, region }: SecretReference, what: string): Refusal {
  return { reason: 'secret-not-found', detail: `the ${what} ${arn} does not exist in ${region}` }
}

function unchecked(what: string, fault: AwsFault): string {
  return `Whether ${what} can be resolved was not checked (${asPartOfALine(faultName(fault))})`
}

/** The services' own keys, which their aliases tell, need no permission within an account. */
function customerKey(kmsKey: string | undefined): string | undefined {
  return kmsKey === undefined || /(^|:)alias\/aws\//.test(kmsKey) ? undefined : kmsKey
}

/** What is wrong with a secret for this function. */
function faultOf(
  { reference, known, fault }: Seen,
  fn: LambdaFunction,
  layers: readonly string[],
): Refusal | undefined {
  if (reference.partition !== fn.arn.partition) {
    return {
      reason: 'secret-not-found',
      detail: `the secret ${reference.arn} is in the partition ${reference.partition}, but the function is in ${fn.arn.partition}`,
    }
  }
  if (fault) return fault
  const isPartial =
    reference.service === 'secretsmanager' &&
    (known === undefined ? !hasSuffix(reference) : known.arn !== reference.arn)
  const old = isPartial ? tooOldForPartialArns(layers) : undefined
  if (old === undefined) return undefined
  return {
    reason: 'secret-arn-incomplete',
    detail: `the layer ${old} needs complete ARNs, but ${reference.arn} does not have the six characters at its end`,
  }
}

interface RoleFinding {
  /** What the role is not allowed. */
  readonly missing: readonly Access[]
  /** What a policy on the role cannot allow. */
  readonly forbidden: Refusal | undefined
  readonly unknown: readonly string[]
}

async function askRole(
  text: string,
  seen: readonly Seen[],
  roles: SecretPreflightContext['roles'],
): Promise<RoleFinding> {
  const role = parseRoleArn(text)
  if (role === undefined) {
    return { missing: [], forbidden: undefined, unknown: [`${ROLES} (the role is unknown)`] }
  }
  const needed = accessNeeded(arnsOf(seen), keysOf(seen))
  const partial = new Set(
    seen
      .filter(({ reference, known }) => !known && !hasSuffix(reference))
      .map((s) => s.reference.arn),
  )
  // IAM simulates complete names only.
  const askable = needed.filter(
    ({ action, resource, alias }) =>
      alias === undefined && !(action === 'secretsmanager:GetSecretValue' && partial.has(resource)),
  )
  const unknown = needed.length > askable.length ? [`${ROLES} completely`] : []
  const calls = groupedBy(askable, ({ action, via }) => `${action} ${via ?? ''}`)
  const answers = await Promise.all(
    [...calls.values()].map((accesses) => decisions(role, accesses, roles)),
  )
  const missing: Access[] = []
  let forbidden: Refusal | undefined
  for (const answer of answers) {
    if ('fault' in answer) {
      unknown.push(`${ROLES} (${asPartOfALine(faultName(answer.fault))})`)
      continue
    }
    for (const { access, decided } of answer.decided) {
      if (decided?.decision === 'allowed') continue
      if (decided === undefined) unknown.push(`${ROLES} completely`)
      else if (decided.decision === 'explicitDeny' || isForbidden(decided)) {
        forbidden ??= denied(role, access, decided)
      } else missing.push(access)
    }
  }
  return { missing, forbidden, unknown: [...new Set(unknown)] }
}

const ROLES = 'Whether the execution roles may read the secrets was not checked'

/**
 * One call for accesses of one action through one service: IAM does not simulate actions together whose authorization
 * differs.
 */
async function decisions(
  role: RoleArn,
  accesses: readonly Access[],
  roles: SecretPreflightContext['roles'],
): Promise<
  | { readonly fault: AwsFault }
  | { readonly decided: readonly { access: Access; decided: Simulated | undefined }[] }
> {
  const { action = '', via } = accesses[0] ?? {}
  const answer = await roles.simulate(
    role,
    [action],
    accesses.map(({ resource }) => resource),
    new Map(via === undefined ? [] : [['kms:ViaService', via]]),
  )
  if (!answer.ok) return { fault: answer.fault }
  const decidedOn = new Map(answer.value.map((one) => [one.resource, one]))
  return {
    decided: accesses.map((access) => ({ access, decided: decidedOn.get(access.resource) })),
  }
}

function denied(role: RoleArn, { action, resource }: Access, decided: Simulated): Refusal {
  const by =
    decided.allowedByOrganization === false
      ? 'a policy of the organization'
      : decided.allowedByBoundary === false
        ? 'the permissions boundary'
        : decided.by.map(asPartOfALine).join(', ') || 'a policy'
  return {
    reason: 'secret-not-readable',
    detail: `${by} denies ${action} on ${resource} to the function’s role ${role.name}, and another policy cannot allow it`,
  }
}

function notReadable(fn: LambdaFunction, missing: readonly Access[]): Refusal {
  const actions = [...new Set(missing.map(({ action }) => action))].join(', ')
  const name = parseRoleArn(fn.roleArn ?? '')?.name ?? ''
  return {
    reason: 'secret-not-readable',
    detail: `the function’s role ${name} is not allowed ${actions}`,
    missingPolicy: accessDocument(missing),
  }
}

function arnsOf(seen: readonly Seen[]): readonly SecretReference[] {
  return seen.map(({ reference, known }) => known ?? reference)
}

function keysOf(seen: readonly Seen[]): readonly SecretKey[] {
  return seen.flatMap(({ reference, kmsKey }) =>
    kmsKey === undefined ? [] : [{ reference, kmsKey }],
  )
}
