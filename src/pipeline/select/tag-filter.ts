/** Which functions carry the tags of `function-tags` and `stack`. CloudFormation tags what a stack creates with its name. */

import type { Problem } from '../../model/problem'
import { readRefusal } from '../../model/refusal'
import type { CredentialsRefusal } from './credentials'
import type { TaggedFunction, TaggedFunctions, TagFilter } from './tagged-functions'
import { regionsOf, type Targets } from './targets'

const STACK_TAG = 'aws:cloudformation:stack-name'

export interface TagSelection {
  readonly arns: ReadonlySet<string>
  /** What is asked for, as the end of a sentence: `the tag team=shop`. */
  readonly text: string
  /** The input to look at where nothing is found. */
  readonly input: 'function-tags' | 'stack'
  readonly problems: readonly Problem[]
  readonly refused: readonly CredentialsRefusal[]
}

/** @returns `undefined` where no tag selects */
export async function filterByTags(
  targets: Targets,
  tagged: TaggedFunctions,
): Promise<TagSelection | undefined> {
  const { tags, stacks } = targets
  const filters = stacks.length > 0 ? [...tags, { key: STACK_TAG, values: stacks }] : tags
  if (filters.length === 0) return undefined
  const regions = regionsOf(targets)
  const answers = await Promise.all(
    regions.map(async (region) => ({ region, answer: await tagged.find(region, filters) })),
  )
  const input = tags.length > 0 ? 'function-tags' : 'stack'
  const unread = answers.flatMap(({ region, answer }): readonly Problem[] =>
    answer.ok
      ? []
      : [
          {
            input,
            message: `Functions cannot be looked up by their tags in ${region} (${readRefusal(answer.fault).detail}). Allow the caller \`tag:GetResources\`, see docs/permissions.md.`,
          },
        ],
  )
  const refused = answers.flatMap(({ region, answer }) => {
    if (answer.ok) return []
    const { reason, detail } = readRefusal(answer.fault)
    return reason === 'credentials-refused' ? [{ region, detail }] : []
  })
  const found = answers.flatMap(({ answer }) => (answer.ok ? answer.value : []))
  const text = textOf(tags, stacks)
  return {
    arns: new Set(found.map(({ arn }) => arn)),
    text,
    input,
    refused,
    problems: unread.length > 0 ? unread : unmatched(found, targets, regions, text),
  }
}

function textOf(tags: readonly TagFilter[], stacks: readonly string[]): string {
  const asked = tags.map(({ key, values }) => {
    return values.length === 0 ? `the tag ${key}` : `the tag ${key}=${values.join(' or ')}`
  })
  return [...asked, ...(stacks.length > 0 ? [`the stack ${stacks.join(' or ')}`] : [])].join(
    ' and ',
  )
}

/** A value or stack that selects nothing beside others is a mistake as much as one that stands alone. */
function unmatched(
  found: readonly TaggedFunction[],
  { tags, stacks }: Targets,
  regions: readonly string[],
  text: string,
): readonly Problem[] {
  const has = (key: string, value: string) => found.some((one) => one.tags.get(key) === value)
  const where = regions.join(', ')
  if (found.length === 0) {
    const nested =
      stacks.length > 0
        ? ' The functions of a nested stack carry the name of the nested stack.'
        : ''
    return [
      {
        input: tags.length > 0 ? 'function-tags' : 'stack',
        message: `No function in ${where} has ${text}.${nested}`,
      },
    ]
  }
  const values = tags.flatMap(({ key, values: all }) =>
    all
      .filter((value) => !has(key, value))
      .map((value): Problem => ({
        input: 'function-tags',
        message: `\`${key}=${value}\` does not select any function in ${where}.`,
      })),
  )
  const names = stacks
    .filter((name) => !has(STACK_TAG, name))
    .map((name): Problem => ({
      input: 'stack',
      message: `\`${name}\` does not select any function in ${where}. The functions of a nested stack carry the name of the nested stack.`,
    }))
  return [...values, ...names]
}
