/** Functions by their tags, over the SDK of the Resource Groups Tagging API. Loaded only where tags select. */

import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
  type Tag,
} from '@aws-sdk/client-resource-groups-tagging-api'
import type { PaceLimits } from '../model/pace'
import type { TaggedFunctions } from '../pipeline/select/tagged-functions'
import { allPages } from './attempt'
import { clientSettings, onePer } from './aws-client'
import { ownPacing, type PacedCalls } from './paced-calls'
import { withTypedAnswers } from './typed-answer'

/** The most that a page may hold (API reference, GetResources). */
const PAGE = 100

/** GetResources allows 15 calls a second (Tagging API, service quotas). */
const PACE: PaceLimits = { perSecond: 15, burst: 5 }

/** @param calls the queues that it shares with other clients of the run */
export function taggedFunctions(calls: PacedCalls = ownPacing()): TaggedFunctions {
  const inRegion = onePer((region) => ({
    client: withTypedAnswers(new ResourceGroupsTaggingAPIClient(clientSettings(region))),
    queue: calls.queue(`tagging ${region}`, PACE),
  }))
  return {
    find: (region, filters) =>
      allPages('GetResources', async (PaginationToken) => {
        const { client, queue } = inRegion(region)
        const command = new GetResourcesCommand({
          ResourceTypeFilters: ['lambda:function'],
          ResourcesPerPage: PAGE,
          TagFilters: filters.map(({ key, values }) => ({ Key: key, Values: [...values] })),
          PaginationToken,
        })
        const page = await queue.read((options) => client.send(command, options))
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
