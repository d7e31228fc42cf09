/** Whether a function may still run the configuration before the one that it shows. */

import { expect, test } from '@jest/globals'
import { mayBeBusy } from '../../src/systems/lambda/settled'
import { aFunction } from './support/functions'

const NOW = 1_800_000_000_000
const MINUTE_MS = 60_000
const LISTED = { state: undefined, lastUpdateStatus: undefined }

test.each([
  ['its status says so', { state: 'Active', lastUpdateStatus: 'InProgress', inVpc: false }, true],
  ['it is being created', { state: 'Pending', lastUpdateStatus: undefined, inVpc: false }, true],
  [
    'its status says that it is over, whatever its age',
    { state: 'Active', lastUpdateStatus: 'Successful', inVpc: true, lastModified: NOW },
    false,
  ],
  ['listed without a status, in a VPC, just changed', { inVpc: true, lastModified: NOW }, true],
  [
    'listed, in a VPC, changed a moment less than ten minutes ago',
    { inVpc: true, lastModified: NOW - 10 * MINUTE_MS + 1 },
    true,
  ],
  [
    'listed, in a VPC, changed ten minutes ago',
    { inVpc: true, lastModified: NOW - 10 * MINUTE_MS },
    false,
  ],
  ['listed, in no VPC, just changed', { inVpc: false, lastModified: NOW }, false],
  ['listed, in a VPC, and nothing tells when', { inVpc: true, lastModified: undefined }, false],
])('an update may be in progress: %s', (_, given, expected) => {
  expect(mayBeBusy({ ...aFunction(), ...LISTED, ...given }, NOW)).toBe(expected)
})

test.each([
  ['state', { state: 'Active', lastUpdateStatus: undefined }],
  ['status of its last update', { state: undefined, lastUpdateStatus: 'Successful' }],
])('one of the two is enough to know that it is not: its %s', (_, known) => {
  const young = { inVpc: true, lastModified: NOW }
  expect(mayBeBusy({ ...aFunction(), ...young, ...known }, NOW)).toBe(false)
})
