/** Functions by their tags, over the SDK of the Resource Groups Tagging API. Loaded only where tags select. */

import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
  type Tag,
} from '@aws-sdk/client-resource-groups-tagging-api'
import type { TaggedFunctions } from '../pipeline/select/tagged-functions'
import { allPages } from './attempt'
import { clientSettings, onePer } from './aws-client'

/** The most that a page may hold (API reference, GetResources). */
const PAGE = 100

export function taggedFunctions(): TaggedFunctions {
  const inRegion = onePer(
    (region) => new ResourceGroupsTaggingAPIClient({ ...clientSettings(region), maxAttempts: 8 }),
  )
  return {
    find: (region, filters) =>
      allPages('GetResources', async (PaginationToken) => {
        const page = await inRegion(region).send(
          new GetResourcesCommand({
            ResourceTypeFilters: ['lambda:function'],
            ResourcesPerPage: PAGE,
            TagFilters: filters.map(({ key, values }) => ({ Key: key, Values: [...values] })),
            PaginationToken,
          }),
        )
        const found = page.ResourceTagMappingList?.map(({ ResourceARN, Tags }) =>
          ResourceARN === undefined ? undefined : { arn: ResourceARN, tags: tagMap(Tags) },
        )
        // The last page has an empty token.
        return {
          items: found,
          next: page.PaginationToken === '' ? undefined : page.PaginationToken,
        }
      }),
  }
}

function tagMap(tags: readonly Tag[] | undefined): ReadonlyMap<string, string> {
  return new Map(tags?.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])))
}
