/** Who else has a role that is edited: what is refused, what is accepted, and what the plan tells. */

import { describe, expect, test } from '@jest/globals'
import type { RoleUser } from '../../../src/pipeline/roles/role-users'
import {
  type Sharing,
  sharedRefusal,
  sharingNotes,
  sharingOf,
  writingTo,
} from '../../../src/pipeline/roles/sharing'
import { policySet } from '../policies/policy-sets'
import { aFunction, anArn } from '../support/functions'
import { aRole, aWriter } from './disabling'

const latest = (name: string, region = 'eu-west-1'): RoleUser => ({
  version: '$LATEST',
  via: [],
  fn: aFunction({ name, region }),
})
const version = (name: string, number: string, ...via: readonly string[]): RoleUser => ({
  version: number,
  via,
  fn: aFunction({ name }),
})
const trusting = (...trusted: readonly string[]) => ({ ...policySet([], []).role, trusted })
const ORDERS = anArn('orders').text
const MAILS = anArn('mails').text

test('of the users of a role, those write to a log who have its group and its role', () => {
  const role = aRole().text
  const user = (name: string, given: Parameters<typeof aFunction>[0]): RoleUser => ({
    version: '$LATEST',
    via: [],
    fn: aFunction({ name, roleArn: role, ...given }),
  })
  const [own, twin] = [user('orders', {}), user('mails', { logGroup: '/aws/lambda/orders' })]
  const others = [
    user('bills', {}),
    user('orders', { logGroup: '/own/app' }),
    user('orders', { roleArn: aRole('second').text }),
    user('orders', { roleArn: undefined }),
    user('orders', { region: 'us-east-1' }),
  ]
  expect(writingTo([aWriter('orders')], [own, ...others, twin])).toEqual([own, twin])
  expect(writingTo([aWriter('orders'), aWriter('bills')], others)).toEqual(others.slice(0, 1))
  expect(writingTo([], [own, ...others, twin])).toEqual([])
})

describe('those who share a role', () => {
  test.each<[string, Parameters<typeof sharingOf>, Partial<Sharing>]>([
    ['nobody', [[ORDERS], [latest('orders')], [], []], {}],
    [
      'the selected functions, where there are several',
      [[ORDERS, MAILS], [latest('orders'), latest('mails')], [], []],
      { selected: ['orders', 'mails'] },
    ],
    [
      'functions and routed versions that are not selected, each once',
      [
        [ORDERS],
        [latest('orders'), latest('mails'), latest('mails'), version('bills', '3', 'alias live')],
        [],
        [],
      ],
      { unselected: ['mails in eu-west-1', 'version 3 of bills (alias live) in eu-west-1'] },
    ],
    [
      'a function of the same name in another region',
      [[ORDERS], [latest('orders', 'us-east-1')], [], []],
      { unselected: ['orders in us-east-1'] },
    ],
    [
      'not the versions of a selected function',
      [[ORDERS], [version('orders', '3', 'alias live')], [], []],
      {},
    ],
    [
      'principals beside Lambda, in all partitions and at the edge',
      [
        [ORDERS],
        [],
        [
          trusting('lambda.amazonaws.com', 'lambda.amazonaws.com.cn', 'edgelambda.amazonaws.com'),
          trusting('ec2.amazonaws.com', '*', 'notlambda.amazonaws.com'),
          trusting('ec2.amazonaws.com'),
        ],
        [],
      ],
      { principals: ['ec2.amazonaws.com', '*', 'notlambda.amazonaws.com'] },
    ],
    [
      'what has the policies elsewhere',
      [[ORDERS], [], [], ['the policy own is a boundary 1 times']],
      { usedElsewhere: ['the policy own is a boundary 1 times'] },
    ],
  ])('are %s', (_, given, expected) => {
    const none: Sharing = { selected: [], unselected: [], principals: [], usedElsewhere: [] }
    expect(sharingOf(...given)).toEqual({ ...none, ...expected })
  })
})

const SHARED = {
  nobody: {},
  selected: { selected: ['orders', 'mails'] },
  principals: { principals: ['ec2.amazonaws.com'] },
  unselected: { unselected: ['bills in eu-west-1'] },
  usedElsewhere: { usedElsewhere: ['the policy own is attached to 2 more users, groups or roles'] },
} as const

describe('a shared role', () => {
  const NOTHING = { acceptSharedRole: false, acceptLogLoss: false }
  const SHARED_ROLE = { acceptSharedRole: true, acceptLogLoss: false }
  const BOTH = { acceptSharedRole: true, acceptLogLoss: true }
  const LOSS_ONLY = { acceptSharedRole: false, acceptLogLoss: true }

  const REFUSED = 'shared-role'
  const LOST = 'log-loss'

  /** The reasons by what is accepted: nothing, the shared role, both, the loss only. */
  test.each<[keyof typeof SHARED, boolean, readonly (string | undefined)[]]>([
    ['nobody', false, [undefined, undefined, undefined, undefined]],
    ['nobody', true, [undefined, undefined, undefined, undefined]],
    ['selected', false, [REFUSED, undefined, undefined, REFUSED]],
    ['selected', true, [REFUSED, undefined, undefined, REFUSED]],
    ['principals', false, [REFUSED, undefined, undefined, REFUSED]],
    ['principals', true, [undefined, undefined, undefined, undefined]],
    ['unselected', false, [REFUSED, LOST, undefined, REFUSED]],
    ['unselected', true, [REFUSED, LOST, undefined, REFUSED]],
    ['usedElsewhere', false, [REFUSED, LOST, undefined, REFUSED]],
  ])('with %s, scoped to one log group: %s', (who, isScoped, reasons) => {
    const sharing: Sharing = {
      selected: [],
      unselected: [],
      principals: [],
      usedElsewhere: [],
      ...SHARED[who],
    }
    const accepted = [NOTHING, SHARED_ROLE, BOTH, LOSS_ONLY]
    expect(accepted.map((given) => sharedRefusal(sharing, isScoped, given)?.reason)).toEqual(
      reasons,
    )
  })

  const all: Sharing = {
    selected: ['orders', 'mails'],
    unselected: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
    principals: ['ec2.amazonaws.com'],
    usedElsewhere: ['the policy own is a boundary 1 times'],
  }

  test('names all who share it, and counts those that are too many to name', () => {
    expect(sharedRefusal(all, false, NOTHING)?.detail).toBe(
      'selected functions that share it: orders, mails; principals beside Lambda that may assume the role: ec2.amazonaws.com; functions that this run does not disable logs for: a, b, c, d, e and 2 more; the policy own is a boundary 1 times',
    )
  })

  test('names up to five of them without a count', () => {
    const five = { ...all, unselected: ['a', 'b', 'c', 'd', 'e'], usedElsewhere: [] }
    expect(sharedRefusal(five, false, SHARED_ROLE)?.detail).toBe(
      'functions that this run does not disable logs for: a, b, c, d, e',
    )
  })

  test('names only those who lose their logs, once the shared role is accepted', () => {
    expect(sharedRefusal(all, false, SHARED_ROLE)?.detail).toBe(
      'functions that this run does not disable logs for: a, b, c, d, e and 2 more; the policy own is a boundary 1 times',
    )
  })

  test('is told in the plan, with the regions that were checked', () => {
    expect(sharingNotes(all, ['eu-west-1', 'us-east-1'])).toEqual([
      'a, b, c, d, e and 2 more have the role too (regions checked: eu-west-1, us-east-1)',
      'ec2.amazonaws.com can assume the role too',
    ])
    expect(sharingNotes({ ...all, unselected: [], principals: [] }, [])).toEqual([])
  })
})
