/** Functions that a template tool owns: the report says when the change will be lost, and how to keep it. */

import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { INGESTION_KEY, inStack } from './stack-world'
import { API_KEY, FOREIGN, HEADER_VALUE, inWorld, ROTEL_X86, statusesOf } from './world'

test('each tool gets its lines once, with references in place of secrets', () =>
  inWorld(async ({ aws, main }) => {
    const stack = (name: string) => ({ 'aws:cloudformation:stack-name': name })
    aws.lambda.createFunction({ name: 'a-plain', tags: stack('plain') })
    aws.lambda.createFunction({ name: 'b-plain', tags: stack('plain') })
    aws.lambda.createFunction({
      name: 'sam',
      tags: { ...stack('shop'), 'lambda:createdBy': 'SAM' },
    })
    aws.lambda.createFunction({ name: 'nobodys' })
    const result = await main({ functions: 'a-plain\nb-plain\nsam\nnobodys' })
    expect(result.exitCode).toBe(0)
    const { summary } = result
    expect(summary).toContain(
      'the cloudformation stack plain may overwrite the change of 2 functions',
    )
    expect(summary).toContain('the sam stack shop may overwrite the change of 1 function')
    expect(summary.match(/may overwrite the change of/g)).toHaveLength(2)
    expect(summary).toContain(
      "ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=${arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX#Authorization},x-team=${arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX#x-team}'",
    )
    expect(summary).not.toContain(API_KEY)

    const said = await main({ functions: 'nobodys', iac: 'terraform' })
    expect(said.summary).toContain('terraform may overwrite the change of 1 function')
  }))

/** The layers and variables that the report shows for a SAM template. */
function linesFor(summary: string): { Layers: string[]; Environment: { Variables: object } } {
  const [, text = ''] = /```yaml\n([\s\S]*?)\n```/.exec(summary) ?? []
  return parse(text) as { Layers: string[]; Environment: { Variables: object } }
}

test('a function is blocked with the lines that its template lacks, and accepted once it has them', () =>
  inStack(async ({ aws, main }) => {
    const tags = { 'aws:cloudformation:stack-name': 'shop', 'lambda:createdBy': 'SAM' }
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, tags })
    const inputs = {
      functions: 'orders',
      'cloudwatch-logs': 'deny',
      'rotel-environment': 'ROTEL_LOGS_BATCH_TIMEOUT=200ms\nOTEL_PROPAGATORS=tracecontext',
    }
    for (const mode of ['plan', 'apply']) {
      const blocked = await main({ ...inputs, mode })
      expect(statusesOf(blocked)).toEqual(['orders: blocked template-owned'])
      expect(blocked.summary).toContain(
        '1 function of the sam stack shop is blocked until the template carries Rotel',
      )
    }
    const { summary } = await main(inputs)
    const { Layers, Environment } = linesFor(summary)
    expect(Layers).toEqual([ROTEL_X86])
    expect(Environment.Variables).toMatchObject({
      ROTEL_LOGS_BATCH_TIMEOUT: '200ms',
      OTEL_PROPAGATORS: 'tracecontext',
      ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: expect.stringMatching(
        /^Authorization=\$\{arn:.*#Authorization\},x-team=\$\{arn:.*#x-team\}$/,
      ) as unknown,
    })

    const deploy = () =>
      aws.lambda.changeAsSomebodyElse('orders', {
        layers: Layers,
        variables: {
          ...FOREIGN,
          ...Environment.Variables,
          ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: `Authorization=${INGESTION_KEY},x-team=${HEADER_VALUE}`,
        },
      })
    deploy()
    expect((await main({ ...inputs, mode: 'plan' })).exitCode).toBe(0)
    const applied = await main(inputs)
    expect(statusesOf(applied)).toEqual(['orders: instrumented'])
    expect(applied.summary).not.toContain('lines for the template')
    expect(Object.keys(aws.iam.get('orders-role').inline)).toHaveLength(1)

    // The next deployment removes the marker; Rotel and the Deny stay.
    deploy()
    expect(statusesOf(await main({ ...inputs, mode: 'verify' }))).toEqual(['orders: unchanged'])
    const again = await main(inputs)
    expect(again.exitCode).toBe(0)
    expect(aws.lambda.get('orders').variables).toHaveProperty('CLICKSTACK_LAMBDA')

    const removed = await main({ functions: 'orders', mode: 'remove' })
    expect(Object.keys(aws.iam.get('orders-role').inline)).toEqual([])
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(aws.lambda.get('orders').layers).toEqual([ROTEL_X86])
  }))
