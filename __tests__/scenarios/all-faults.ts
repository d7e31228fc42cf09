/** What may happen to a call, as AWS's services and all other servers do it. */

import type { FaultOfAll } from './called-kinds'
import { faultOf } from './other-answers'
import type { Inputs } from './disturbed-step'
import { denialOf } from './missing-permission'
import { quoting, quotingInPlainText, quotingOf } from './quoting'

/** So slow that the answer does not end while the step waits for it. */
const MS_PER_BYTE = 1_000
const PAGE = '<!DOCTYPE html><html><body>Sign in</body></html>'
const GARBAGE = '\u0000\u0001{"\ufffd]<<% not of this protocol'

/** @param inputs of the step: no server can quote what it does not tell */
export const allFaults = (inputs: Inputs) =>
  ({
    throttled: {
      aws: () => ({ kind: 'throttle' }),
      http: { kind: 'status', status: 429, body: 'Too many requests, please try again later.' },
    },
    'answered 500': {
      aws: () => ({ kind: 'server-error', status: 500 }),
      http: { kind: 'status', status: 500, body: '{"message":"Internal Server Error"}' },
    },
    'answered 503': {
      aws: () => ({ kind: 'server-error', status: 503 }),
      http: { kind: 'status', status: 503 },
    },
    'reset before the work': { aws: () => ({ kind: 'reset' }), http: { kind: 'reset' } },
    'reset after the work': { aws: () => ({ kind: 'lost-answer' }), http: { kind: 'lost-answer' } },
    'reset in the middle of the answer': {
      aws: () => ({ kind: 'broken-answer' }),
      http: { kind: 'cut', body: '{"data": [' },
    },
    'never answered': { aws: () => ({ kind: 'hang' }), http: { kind: 'hang' } },
    'answered by garbage': {
      aws: () => ({ kind: 'other-answer', contentType: 'application/json', body: GARBAGE }),
      http: { kind: 'answer', type: 'application/json', body: GARBAGE },
    },
    'answered by half': { aws: () => ({ kind: 'half-answer' }), http: { kind: 'half-answer' } },
    'answered by HTML with 200': {
      aws: () => ({ kind: 'other-answer', body: PAGE }),
      http: { kind: 'answer', body: PAGE },
    },
    'refused: credentials expired': {
      aws: (service) => faultOf('expired credentials', service),
      http: { kind: 'status', status: 401, body: 'Unauthorized' },
    },
    'refused: access denied': {
      aws: denialOf,
      http: { kind: 'status', status: 403, body: 'Forbidden' },
    },
    'answered by the byte': {
      aws: () => ({ kind: 'trickle', msPerByte: MS_PER_BYTE }),
      http: { kind: 'trickle', msPerByte: MS_PER_BYTE },
    },
    'refused, and all that it was told is quoted': {
      aws: (service, operation) => ({
        kind: 'error',
        name: service === 'iam' ? 'InvalidInput' : 'ValidationException',
        status: 400,
        message: quotingOf(operation, inputs),
      }),
      http: {
        kind: 'status',
        status: 400,
        body: JSON.stringify({ message: quoting(inputs) }),
        type: 'application/json',
      },
    },
    // Of what looks like JSON nothing is shown by some: this is.
    'refused, and all that it was told is quoted in plain text': {
      aws: () => ({
        kind: 'other-answer',
        status: 400,
        contentType: 'text/plain',
        body: quotingInPlainText(inputs),
      }),
      http: { kind: 'status', status: 400, body: quotingInPlainText(inputs) },
    },
  }) as const satisfies Readonly<Record<string, FaultOfAll>>

export type FaultName = keyof ReturnType<typeof allFaults>
