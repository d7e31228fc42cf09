/**
 * What the journal tells, as commands for a person: where the post step may not undo what a run wrote, somebody with the AWS
 * CLI and jq can. Policies, aliases and layers are looked at first, and stay where another user has changed them since; of
 * variables only a fingerprint is known, so they are restored by name. No command holds the value of a variable.
 */

import { parseJson } from '../model/json'
import { versionNumber } from '../systems/iam/policy-version'
import type { OpenFunction } from '../pipeline/rollout/journal'
import type { AliasMove } from '../pipeline/publish-alias/move-alias'
import type { RoleChange, SecretsChange } from '../pipeline/roles/role-change'

/** @returns the line and the index of a value that was replaced, in the journal */
export type ValueInJournal = (
  name: string,
  value: string,
) => { readonly line: number; readonly variable: number } | undefined

/**
 * Restores layers, variables and log format in one update, with the revision that it was computed from. Lambda replaces all
 * variables with an update, so they are read and sent without being shown.
 * @param journal path of the file; a value that was replaced is nowhere else
 */
export function configurationCommands(
  { function: arn, inverse }: OpenFunction,
  journal: string,
  placeOf: ValueInJournal,
): readonly string[] {
  const { layers, variables, logFormat } = inverse
  const added = variables.filter(({ before }) => before === null).map(({ name }) => name)
  const replaced = variables.flatMap(({ name, before }) => {
    const place = before === null ? undefined : placeOf(name, before)
    if (place === undefined) return []
    const { line, variable } = place
    const at = `.[${String(line)}] | fromjson | .inverse.variables[${String(variable)}].before`
    return [`.[${text(name)}] = ($journal / "\\n" | ${at})`]
  })
  const environment = [
    'if .Environment.Error then error("Lambda does not show the variables") else .Environment.Variables // {} end',
    ...(added.length > 0 ? [`del(${added.map((name) => `.[${text(name)}]`).join(', ')})`] : []),
    ...replaced,
  ].join(' | ')
  const before = JSON.stringify(layers?.before)
  const after = JSON.stringify(layers?.after)
  const list = `[.Layers[]?.Arn] | if . == ${after} or . == ${before} then ${before} else error("another user has changed the layers") end`
  const members = [
    'FunctionName: .FunctionArn',
    'RevisionId',
    ...(variables.length > 0 ? [`Environment: {Variables: (${environment})}`] : []),
    ...(layers === undefined ? [] : [`Layers: (${list})`]),
    ...(logFormat === undefined ? [] : [`LoggingConfig: {LogFormat: ${text(logFormat.before)}}`]),
  ]
  const file = replaced.length > 0 ? `--rawfile journal ${quoted(journal)} ` : ''
  const region = `--region ${arn.region}`
  return [
    `update=$(aws lambda get-function ${region} --function-name ${quoted(arn.text)} --query Configuration |`,
    `  jq ${file}${quoted(`{${members.join(', ')}}`)}) &&`,
    `  aws lambda update-function-configuration ${region} --cli-input-json "$update" --query LastUpdateStatus`,
  ]
}

/** Moves the alias to where it was, if it still leads to where this run moved it. */
export function aliasCommands({
  function: arn,
  alias,
  before,
  after,
}: AliasMove): readonly string[] {
  const where = `--region ${arn.region} --function-name ${quoted(arn.text)} --name ${quoted(alias)}`
  return [
    `aws lambda get-alias ${where} | jq -e ${quoted(`.FunctionVersion == ${text(after)}`)} &&`,
    `  aws lambda update-alias ${where} --function-version ${quoted(before)}`,
  ]
}

/** Undoes one write to a role, if the policy still is what this run wrote, and if nobody needs what it gives (promise P9). */
export function roleCommands(change: RoleChange): readonly string[] {
  const undo = editCommands(change)
  return change.purpose === 'secrets' ? [...unneededCommands(change), ...undo] : undo
}

/** Fails where a function or version with the role refers to a secret, or where its variables cannot be read. */
function unneededCommands({ role, regions }: SecretsChange): readonly string[] {
  const users = `[.Functions[] | select(.Role == ${text(role.text)}) | .Environment // {}]`
  const needs = `(.Error != null) or (.Variables // {} | any(.[]; contains("\${arn:")))`
  return regions.flatMap((region) => [
    `aws lambda list-functions --region ${region} --function-version ALL |`,
    `  jq -e ${quoted(`${users} | any(.[]; ${needs}) | not`)} &&`,
  ])
}

function editCommands(change: RoleChange): readonly string[] {
  const { role, edit } = change
  const region = regionOf(change)
  const of = `${region}--role-name ${quoted(role.name)}`
  switch (edit.kind) {
    case 'put-inline': {
      const where = `${of} --policy-name ${quoted(edit.policy)}`
      return [
        `aws iam get-role-policy ${where} | jq -e ${quoted(`.PolicyDocument == ${compact(edit.after)}`)} &&`,
        edit.before === undefined
          ? `  aws iam delete-role-policy ${where}`
          : `  aws iam put-role-policy ${where} --policy-document ${quoted(compact(edit.before))}`,
      ]
    }
    case 'delete-inline': {
      const where = `${of} --policy-name ${quoted(edit.policy)}`
      return [
        `aws iam get-role-policy ${where} ||`,
        `  aws iam put-role-policy ${where} --policy-document ${quoted(compact(edit.before))}`,
      ]
    }
    case 'new-version': {
      const where = `${region}--policy-arn ${quoted(edit.arn)}`
      const read = `aws iam get-policy-version ${where} --version-id "$version"`
      const isOurs = `jq -e ${quoted(`.PolicyVersion.Document == ${compact(edit.after)}`)}`
      // A post step that ended between the two writes has left a version that is not in force any more.
      const isLeft = `(.IsDefaultVersion | not) and (.VersionId[1:] | tonumber) > ${String(versionNumber(edit.before))}`
      const left = `.Versions[] | select(${isLeft}) | .VersionId`
      return [
        `version=$(aws iam get-policy ${where} --query Policy.DefaultVersionId --output text)`,
        `${read} | ${isOurs} &&`,
        `  aws iam set-default-policy-version ${where} --version-id ${quoted(edit.before)}`,
        `for version in $(aws iam list-policy-versions ${where} | jq -r ${quoted(left)}); do`,
        `  ${read} | ${isOurs} &&`,
        `    aws iam delete-policy-version ${where} --version-id "$version"`,
        'done',
      ]
    }
    case 'attach':
      return [`aws iam detach-role-policy ${of} --policy-arn ${quoted(edit.arn)}`]
    case 'detach':
      return [`aws iam attach-role-policy ${of} --policy-arn ${quoted(edit.arn)}`]
  }
}

/** IAM has none, but by it the AWS CLI knows the partition. */
function regionOf(change: RoleChange): string {
  const region = change.purpose === 'logs' ? change.reached[0]?.function.region : change.regions[0]
  return region === undefined ? '' : `--region ${region} `
}

/** As one word of a POSIX shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** As a string of jq, which has those of JSON. */
function text(value: string): string {
  return JSON.stringify(value)
}

/** A policy document on one line. */
function compact(document: string): string {
  const parsed = parseJson(document)
  return parsed === undefined ? text(document) : JSON.stringify(parsed)
}
