/**
 * Policies as they are once the writes of an undo are seen: IAM's reads lag behind, and two edits of one policy are undone
 * one upon the other.
 */

import type { AwsFault, Result } from '../../model/result'
import { succeeded } from '../../model/result'
import { newestSince } from '../../systems/iam/policy-version'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'

export interface KnownPolicies {
  inline(role: RoleArn, policy: string): Promise<Result<string | undefined>>
  /** `document: undefined` deletes it. */
  putInline(role: RoleArn, policy: string, document: string | undefined): Promise<Result<true>>
  managed(arn: string): Promise<Result<ManagedVersions>>
  /**
   * By the version that has the document already, or by a new one.
   * @param from the policy as it was read: a second read may show less
   */
  putInForce(arn: string, document: string, from: ManagedVersions): Promise<Result<true>>
  /**
   * Deletes versions that are not in force, as far as IAM shows them. A version that others have made while one was put into
   * force here is put into force instead, and the policy is known anew.
   */
  deleteVersions(
    arn: string,
    isUnwanted: (version: string, document: string) => boolean,
  ): Promise<VersionsDeleted>
}

type VersionsDeleted =
  | {
      readonly kind: 'deleted'
      /** They are to be tried again. Without a version: none could be read. */
      readonly staying: readonly StayingVersion[]
    }
  | { readonly kind: 'overtaken' }

export interface StayingVersion {
  /** `v2` */
  readonly version?: string
  readonly fault: AwsFault
}

interface ManagedVersions {
  readonly defaultVersion: string
  /** Documents of all versions by their ids. */
  readonly documents: ReadonlyMap<string, string>
}

export function knownPolicies(roles: RoleControl): KnownPolicies {
  const inline = new Map<string, string | undefined>()
  const managed = new Map<string, ManagedVersions>()
  /** `arn version` */
  const gone = new Set<string>()
  const keyOf = (role: RoleArn, policy: string) => `${role.text} ${policy}`
  const readManaged = async (arn: string): Promise<Result<ManagedVersions>> => {
    const known = managed.get(arn)
    return known ? succeeded(known) : readVersions(arn, roles)
  }
  return {
    async inline(role, policy) {
      const key = keyOf(role, policy)
      return inline.has(key) ? succeeded(inline.get(key)) : roles.inline(role, policy)
    },
    async putInline(role, policy, document) {
      const answer = await (document === undefined
        ? roles.deleteInline(role, policy)
        : roles.putInline(role, policy, document))
      if (answer.ok) inline.set(keyOf(role, policy), document)
      return answer
    },
    managed: readManaged,
    async putInForce(arn, document, { documents }) {
      const same = [...documents].find(
        ([id, text]) => text === document && !gone.has(`${arn} ${id}`),
      )?.[0]
      const put =
        same === undefined
          ? await roles.createVersion(arn, document)
          : await roles.setDefaultVersion(arn, same)
      if (!put.ok) return put
      const id = put.value === true ? (same ?? '') : put.value
      managed.set(arn, { defaultVersion: id, documents: new Map(documents).set(id, document) })
      return succeeded(true)
    },
    async deleteVersions(arn, isUnwanted) {
      const known = managed.get(arn)
      const shown = await readVersions(arn, roles)
      if (!shown.ok) return { kind: 'deleted', staying: [{ fault: shown.fault }] }
      const theirs = newestSince(
        [...shown.value.documents].flatMap(([id, text]) => (isUnwanted(id, text) ? [] : [id])),
        known?.documents.keys() ?? shown.value.documents.keys(),
      )
      if (theirs !== undefined) {
        managed.delete(arn)
        if (theirs === shown.value.defaultVersion) return { kind: 'overtaken' }
        const put = await roles.setDefaultVersion(arn, theirs)
        return put.ok
          ? { kind: 'overtaken' }
          : { kind: 'deleted', staying: [{ version: theirs, fault: put.fault }] }
      }
      const inForce = known?.defaultVersion ?? shown.value.defaultVersion
      const documents = new Map([...shown.value.documents, ...(known?.documents ?? [])])
      const staying: StayingVersion[] = []
      for (const [id, document] of documents) {
        if (id === inForce || gone.has(`${arn} ${id}`) || !isUnwanted(id, document)) continue
        const deleted = await roles.deleteVersion(arn, id)
        if (deleted.ok) gone.add(`${arn} ${id}`)
        // Another job has put it into force since.
        else if (!IN_FORCE.has(deleted.fault.code)) {
          staying.push({ version: id, fault: deleted.fault })
        }
      }
      return { kind: 'deleted', staying }
    },
  }
}

const IN_FORCE: ReadonlySet<string> = new Set(['DeleteConflict', 'DeleteConflictException'])

async function readVersions(arn: string, roles: RoleControl): Promise<Result<ManagedVersions>> {
  const policy = await roles.managed(arn)
  if (!policy.ok) return policy
  const { defaultVersion, document, versions } = policy.value
  const documents = new Map([[defaultVersion, document]])
  for (const id of versions.filter((one) => one !== defaultVersion)) {
    const other = await roles.version(arn, id)
    if (other.ok) documents.set(id, other.value)
    // Another job may have deleted it since.
    else if (other.fault.kind !== 'not-found') return other
  }
  return succeeded({ defaultVersion, documents })
}
