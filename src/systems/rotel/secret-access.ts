/** What an execution role must be allowed so that Rotel can look its secrets up: as calls, and as a policy. */

import { listOf, membersOf, parseJson } from '../../model/json'
import type { SecretReference } from './secret-reference'

/** One action on one resource, exactly as Rotel needs it. */
export interface Access {
  readonly action: string
  readonly resource: string
  /** For keys that are known by an alias only: IAM takes no alias for a resource. */
  readonly alias?: string
  /** The service on whose behalf a key is used: the condition key `kms:ViaService`, on which policies often insist. */
  readonly via?: string
}

/** A customer-managed key that one of the references is encrypted with. */
export interface SecretKey {
  readonly reference: SecretReference
  /** ARN, id or alias, as the store names it. */
  readonly kmsKey: string
}

/**
 * Everything that Rotel's lookups need, each once. `secretsmanager:BatchGetSecretValue` has no resource type, so IAM
 * grants it on `*` or not at all; it reads nothing without `GetSecretValue` on the secret (Service Authorization
 * Reference, AWS Secrets Manager).
 */
export function accessNeeded(
  references: readonly SecretReference[],
  kmsKeys: readonly SecretKey[],
): readonly Access[] {
  const secrets = references.filter(({ service }) => service === 'secretsmanager')
  const parameters = references.filter(({ service }) => service === 'ssm')
  const all: readonly Access[] = [
    ...(secrets.length > 0
      ? [{ action: 'secretsmanager:BatchGetSecretValue', resource: '*' }]
      : []),
    ...secrets.map(({ arn }) => ({ action: 'secretsmanager:GetSecretValue', resource: arn })),
    ...parameters.map(({ arn }) => ({ action: 'ssm:GetParameters', resource: arn })),
    ...kmsKeys.map(keyAccess),
  ]
  const seen = new Set<string>()
  return all.filter(({ action, resource, alias = '', via = '' }) => {
    const id = `${action} ${resource} ${alias} ${via}`
    return !seen.has(id) && Boolean(seen.add(id))
  })
}

function keyAccess({ reference, kmsKey }: SecretKey): Access {
  const { service, partition, region, account } = reference
  const via = `${service}.${region}.amazonaws.com`
  const action = 'kms:Decrypt'
  const keys = `arn:${partition}:kms:${region}:${account}:key/`
  const named = kmsKey.startsWith('alias/') ? 0 : kmsKey.indexOf(':alias/') + 1
  const alias = /^alias\/./.test(kmsKey.slice(named)) ? kmsKey.slice(named) : undefined
  if (alias !== undefined) return { action, resource: `${keys}*`, alias, via }
  return { action, resource: kmsKey.startsWith('arn:') ? kmsKey : `${keys}${kmsKey}`, via }
}

/** The policy that allows all of it and nothing else, as JSON; its text is the same for the same needs. */
export function secretAccessDocument(
  references: readonly SecretReference[],
  kmsKeys: readonly SecretKey[],
): string {
  return accessDocument(accessNeeded(references, kmsKeys))
}

/** @param access at least one */
export function accessDocument(access: readonly Access[]): string {
  const statements = [...SIDS].flatMap(([action, sid]) => {
    const ofAction = access.filter((one) => one.action === action)
    const aliases = new Map<string, string[]>()
    for (const { alias, resource } of ofAction) {
      if (alias !== undefined) aliases.set(resource, [...(aliases.get(resource) ?? []), alias])
    }
    const resources = ofAction.filter(({ alias }) => alias === undefined)
    return [
      ...(resources.length > 0
        ? [
            statement(
              sid,
              action,
              resources.map(({ resource }) => resource),
            ),
          ]
        : []),
      ...[...aliases].sort().map(([resource, names], index) => ({
        ...statement(`${sid}ByAlias${String(index + 1)}`, action, [resource]),
        Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': list(names) } },
      })),
    ]
  })
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2)
}

/** In the order in which the document has them. All begin as those of an owned policy do (policies/owned-policy.ts). */
const SIDS: ReadonlyMap<string, string> = new Map([
  ['secretsmanager:BatchGetSecretValue', 'ClickStackLambdaReadSecretsInBatches'],
  ['secretsmanager:GetSecretValue', 'ClickStackLambdaReadSecretsByArn'],
  ['ssm:GetParameters', 'ClickStackLambdaReadSecretsInParameters'],
  ['kms:Decrypt', 'ClickStackLambdaReadSecretsDecrypted'],
])

function statement(sid: string, action: string, resources: readonly string[]) {
  return { Sid: sid, Effect: 'Allow', Action: action, Resource: list(resources) }
}

function list(items: readonly string[]): string | readonly string[] {
  const sorted = [...new Set(items)].sort()
  const [only] = sorted
  return sorted.length === 1 && only !== undefined ? only : sorted
}

/** Whether a policy of this action lets the secret be read. In a variable the six characters at its end may be missing. */
export function letsRead(document: string, { arn }: Pick<SecretReference, 'arn'>): boolean {
  return accessesOf(document).some(
    ({ action, resource }) =>
      !action.startsWith('kms:') && (resource === arn || resource.startsWith(`${arn}-`)),
  )
}

/**
 * What a policy of this action allows, as IAM can be asked about it. Statements with conditions depend on what only a
 * real call brings along, and keys are asked as the store uses them, which the preflight knows better.
 */
export function askableAccess(document: string): readonly Access[] {
  return accessesOf(document).filter(({ action }) => !action.startsWith('kms:'))
}

function accessesOf(document: string): readonly Access[] {
  return listOf(membersOf(parseJson(document))['Statement']).flatMap((statement) => {
    const { Action: action, Resource: resource, Condition: condition } = membersOf(statement)
    if (typeof action !== 'string' || condition !== undefined) return []
    return (typeof resource === 'string' ? [resource] : listOf(resource)).flatMap((one) =>
      typeof one === 'string' ? [{ action, resource: one }] : [],
    )
  })
}
