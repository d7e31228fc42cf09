/** How the right to read secrets is given to a role, and what ends the wait for IAM. */

import { expect, test } from '@jest/globals'
import { succeeded } from '../../../src/model/result'
import { RunEnded } from '../../../src/model/run-signal'
import {
  GRANT_LIMIT_MS,
  grantSecretAccess,
} from '../../../src/pipeline/grant-secrets/grant-secrets'
import { oneWriterPerRole } from '../../../src/pipeline/roles/one-writer'
import { secretAccessDocument } from '../../../src/systems/rotel/secret-access'
import { ACCOUNT, REGION } from '../support/functions'
import { aJournal } from '../support/journal'
import { aClock, ENDLESS } from '../support/lambda'
import { NO_ROLES } from '../support/roles'
import { aRole } from '../roles/disabling'
import { reference } from './support'

const SECRET = `\${arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:key}`
const DOCUMENT = secretAccessDocument([reference(SECRET)], [])

/** IAM has the policy, and its simulator never sees it. */
async function granted(signal: AbortSignal) {
  const clock = aClock()
  const answer = await grantSecretAccess(aRole(), DOCUMENT, {
    roles: {
      ...NO_ROLES,
      inline: () => Promise.resolve(succeeded(undefined)),
      putInline: () => Promise.resolve(succeeded(true as const)),
      simulate: (_role, [action = ''], [resource = '']) =>
        Promise.resolve(
          succeeded([
            {
              action,
              resource,
              decision: 'implicitDeny' as const,
              by: [],
              allowedByOrganization: undefined,
              allowedByBoundary: undefined,
            },
          ]),
        ),
    },
    clock,
    records: aJournal(),
    regions: [REGION],
    alone: oneWriterPerRole(),
    signal,
  })
  return { answer, waitedMs: clock.slept.reduce((sum, ms) => sum + ms, 0) }
}

test('a right that does not become effective is told as that, after the whole wait', async () => {
  const { answer, waitedMs } = await granted(ENDLESS)
  expect(answer).toMatchObject({ kind: 'not-granted', reason: 'secret-not-readable' })
  expect(waitedMs).toBe(GRANT_LIMIT_MS)
})

test('a run that ends during the wait says nothing of the right', async () => {
  const ended = new RunEnded({ reason: 'out-of-time', detail: 'it is late' })
  const { answer } = await granted(AbortSignal.abort(ended))
  expect(answer).toEqual({ kind: 'not-granted', reason: 'out-of-time', detail: 'it is late' })
})
