/** The Resource Groups Tagging API: which functions have certain tags. It knows tagged resources only. */
import type { Account } from '../account/account'
import type { FunctionState } from '../lambda/function-state'
import { AwsError } from '../protocol/errors'
import { createJsonService, stringsMember, type Params } from '../protocol/json-service'
import type { Service } from '../protocol/service'
import { isRecord, numberMember, stringMember } from '../protocol/text'

const PAGE = 50
const LARGEST_PAGE = 100
const MOST_KEYS = 50
const MOST_VALUES = 20

export function createTaggingService(
  account: Account,
  functions: () => readonly FunctionState[],
): Service {
  return createJsonService({
    name: 'tagging',
    target: 'ResourceGroupsTaggingAPI_20170126.',
    operations: {
      GetResources: ({ params, region, authorise }) => {
        authorise('tag:GetResources', '*')
        const filters = tagFilters(params)
        const types = stringsMember(params, 'ResourceTypeFilters')
        const size = numberMember(params, 'ResourcesPerPage') ?? PAGE
        if (size > LARGEST_PAGE) throw invalid(`ResourcesPerPage must be at most ${LARGEST_PAGE}`)
        const found = functions()
          .filter((state) => state.region === region && Object.keys(state.tags).length > 0)
          .filter(
            () => types.length === 0 || types.some((type) => /^lambda(:function)?$/.test(type)),
          )
          .filter(({ tags }) => filters.every((filter) => matches(tags, filter)))
        const start = Number(stringMember(params, 'PaginationToken') ?? '0')
        return {
          PaginationToken: start + size < found.length ? String(start + size) : '',
          ResourceTagMappingList: found.slice(start, start + size).map(({ arn, tags }) => ({
            ResourceARN: arn,
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          })),
        }
      },
    },
    authorise: (action, resource) => account.caller.authorise(action, resource),
  })
}

interface TagFilter {
  readonly key: string
  readonly values: readonly string[]
}

function matches(tags: Readonly<Record<string, string>>, { key, values }: TagFilter): boolean {
  const value = tags[key]
  return value !== undefined && (values.length === 0 || values.includes(value))
}

function tagFilters(params: Params): readonly TagFilter[] {
  const given = params['TagFilters'] ?? []
  if (!Array.isArray(given)) throw invalid('TagFilters is not a list')
  if (given.length > MOST_KEYS) throw invalid(`TagFilters has more than ${MOST_KEYS} members`)
  return given.map((filter: unknown) => {
    const key = isRecord(filter) ? stringMember(filter, 'Key') : undefined
    if (!isRecord(filter) || key === undefined) throw invalid('A tag filter has no Key')
    const values = stringsMember(filter, 'Values')
    if (values.length > MOST_VALUES)
      throw invalid(`A tag filter has more than ${MOST_VALUES} values`)
    return { key, values }
  })
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', 400, message)
}
