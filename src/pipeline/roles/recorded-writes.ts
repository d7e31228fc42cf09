/** IAM with a memory: the report of a run names each write that the run made, whatever it was for and whether it stands. */

import type { Result } from '../../model/result'
import { parseIamArn } from '../../systems/iam/iam-arn'
import { faultName } from '../../model/refusal'
import type { RoleControl } from '../../systems/iam/role-control'
import { inlineWrite, type RoleWrite } from '../../systems/iam/role-write'

export interface RecordedWrites {
  /** To be used in place of the given one; several have one memory. */
  readonly recording: (roles: RoleControl) => RoleControl
  /** In the order in which they were answered. */
  readonly writes: () => readonly RoleWrite[]
}

/** Counts what IAM has accepted, and what it may have accepted where its answer was lost. */
export function recordedWrites(): RecordedWrites {
  const made: RoleWrite[] = []
  const noted = async <T>(write: RoleWrite, call: Promise<Result<T>>): Promise<Result<T>> => {
    const answer = await call
    if (answer.ok) made.push(write)
    else if (answer.fault.mayHaveLanded) {
      made.push({ ...write, what: `${write.what}: not confirmed (${faultName(answer.fault)})` })
    }
    return answer
  }
  return {
    writes: () => made,
    recording: (roles) => ({
      inlineNames: (role) => roles.inlineNames(role),
      inline: (role, policy) => roles.inline(role, policy),
      read: (role) => roles.read(role),
      trusted: (role) => roles.trusted(role),
      managed: (arn) => roles.managed(arn),
      exists: (arn) => roles.exists(arn),
      version: (arn, version) => roles.version(arn, version),
      simulate: (role, actions, resources, context) =>
        roles.simulate(role, actions, resources, context),
      putInline: (role, policy, document) =>
        noted(inlineWrite(role, policy, 'written'), roles.putInline(role, policy, document)),
      deleteInline: (role, policy) =>
        noted(inlineWrite(role, policy, 'deleted'), roles.deleteInline(role, policy)),
      attach: (role, arn) => noted(onRole(role.name, arn, 'attached'), roles.attach(role, arn)),
      detach: (role, arn) => noted(onRole(role.name, arn, 'detached'), roles.detach(role, arn)),
      createVersion: (arn, document) =>
        noted(onPolicy(arn, 'a new version created'), roles.createVersion(arn, document)),
      setDefaultVersion: (arn, version) =>
        noted(
          onPolicy(arn, `version ${version} put in force`),
          roles.setDefaultVersion(arn, version),
        ),
      deleteVersion: (arn, version) =>
        noted(onPolicy(arn, `version ${version} deleted`), roles.deleteVersion(arn, version)),
    }),
  }
}

function onRole(role: string, policyArn: string, what: string): RoleWrite {
  return { target: `role ${role}`, what: `policy ${nameOf(policyArn)} ${what}` }
}

function onPolicy(policyArn: string, what: string): RoleWrite {
  return { target: `policy ${nameOf(policyArn)}`, what }
}

function nameOf(policyArn: string): string {
  return parseIamArn('policy', policyArn)?.name ?? policyArn
}
