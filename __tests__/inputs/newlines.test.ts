/** Inputs from Windows: lines that end in CRLF, and blanks at the end of the last one. */

import { describe, expect, test } from '@jest/globals'
import { secretInputs } from '../../src/inputs/secret-inputs'
import { parseRestoreLines, restoreLine } from '../../src/pipeline/roles/restore-file'
import type { LogsChange } from '../../src/pipeline/roles/role-change'
import { aRole } from '../core/roles/disabling'
import { anArn } from '../core/support/functions'
import { accepted, type Given, parse } from './given'

const GIVEN: Given = {
  functions: 'orders\nmails-*\n!mails-test',
  'smoke-test': 'always',
  headers: 'x-team=shop\nx-stage=prod',
  'resource-attributes': 'a=1\nb=2',
  'rotel-environment': 'ROTEL_LOG_LEVEL=debug\nOTEL_LOG_LEVEL=info',
  payloads: 'orders={"a":1}\nmails-*=none',
  accept: 'drift\nlog-loss',
  'layer-sha256': `${'A'.repeat(43)}=\n${'E'.repeat(43)}=`,
  regions: 'eu-west-1\neu-central-1',
}

/** Only what is taken as it is, since spaces mean nothing in it, may differ. */
const withCrlf = (given: Given): Given =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, `${value.replaceAll('\n', '\r\n')}\r\n`]),
  )

describe('CRLF', () => {
  test('ends a line of every input as LF does', () => {
    const all: Given = { ...GIVEN, endpoint: 'https://clickstack.example.com:4317' }
    expect(accepted(withCrlf(all))).toEqual(accepted(all))
  })

  test.each(Object.keys(GIVEN))('in %s alone makes no difference', (name) => {
    const given: Given = { 'smoke-test': 'always', [name]: GIVEN[name as keyof Given] ?? '' }
    expect(parse(withCrlf(given))).toEqual(parse(given))
  })

  test('is not part of a secret that is masked', () => {
    const masked = secretInputs((name) => (name === 'api-key' ? 'key-123\r\n' : ''))
    expect(masked).toContain('key-123')
  })

  test('in a restore file that went through a Windows checkout is read', () => {
    const change: LogsChange = {
      purpose: 'logs',
      role: aRole(),
      edit: { kind: 'delete-inline', policy: 'logs', before: '{}' },
      reached: [
        {
          function: anArn('orders'),
          role: aRole(),
          group: 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders',
          allowedBefore: [],
        },
      ],
    }
    const lines = [change, change].map(restoreLine)
    expect(parseRestoreLines(lines.join('\r\n'))).toEqual(parseRestoreLines(lines.join('\n')))
    expect(parseRestoreLines(lines.join('\r\n'))).toHaveLength(2)
  })
})
