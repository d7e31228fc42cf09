/** An IAM that nobody is to ask: each call fails the test. */

import type { RoleControl } from '../../../src/systems/iam/role-control'

const unasked = (): never => {
  throw new Error('IAM was asked')
}

export const NO_ROLES: RoleControl = {
  inlineNames: unasked,
  inline: unasked,
  read: unasked,
  trusted: unasked,
  managed: unasked,
  exists: unasked,
  version: unasked,
  putInline: unasked,
  deleteInline: unasked,
  attach: unasked,
  detach: unasked,
  createVersion: unasked,
  setDefaultVersion: unasked,
  deleteVersion: unasked,
  simulate: unasked,
}
