/** The lines that carry the change into a template: what the tool reads out of them is what is on the function. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import type { Carried } from '../../src/systems/templates/carried'
import { snippetFor } from '../../src/systems/templates/snippet'

const LAYER = 'arn:aws:lambda:us-east-1:418653438961:layer:rotel-extension-amd64:7'
const REFERENCE =
  'Authorization=${arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf#k}'

const carried = (value: string): Carried => ({
  layers: [LAYER],
  variables: new Map([['ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS', value]]),
})
const textOf = (tool: Parameters<typeof snippetFor>[0], value: string) =>
  snippetFor(tool, carried(value)).lines.join('\n')

/** One line, as a variable's value in a list of headers is. */
const values = fc
  .string({ unit: 'binary' })
  .filter((text) => !/[\p{Cc}\u2028\u2029\ufeff]/u.test(text))

describe('what the template says is what the function has', () => {
  test.each(['cloudformation', 'sam'] as const)('%s', (tool) => {
    fc.assert(
      fc.property(values, (value) => {
        expect(parse(textOf(tool, value))).toEqual({
          Layers: [LAYER],
          Environment: { Variables: { ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: value } },
        })
      }),
    )
  })

  test('serverless, whose own variables are escaped', () => {
    expect(parse(textOf('serverless', REFERENCE))).toEqual({
      layers: [LAYER],
      environment: {
        ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: REFERENCE.replace('${', '\\${'),
      },
    })
  })

  test('cdk, as string literals', () => {
    fc.assert(
      fc.property(values, (value) => {
        const [, line = ''] = snippetFor('cdk', carried(value)).lines
        const [, literal = ''] = /^fn\.addEnvironment\("[A-Z_]+", (.*)\)$/u.exec(line) ?? []
        expect(JSON.parse(literal)).toBe(value)
      }),
    )
  })

  test('terraform, whose templates are escaped', () => {
    expect(textOf('terraform', `${REFERENCE} %{if}`)).toContain(
      'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS = "Authorization=$${arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf#k} %%{if}"',
    )
  })
})
