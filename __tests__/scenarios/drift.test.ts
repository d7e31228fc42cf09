/** Functions that a template tool owns: the report says when the change will be lost, and how to keep it. */

import { expect, test } from '@jest/globals'
import { API_KEY, inWorld } from './world'

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
      "ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=${arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX}'",
    )
    expect(summary).not.toContain(API_KEY)

    const said = await main({ functions: 'nobodys', iac: 'terraform' })
    expect(said.summary).toContain('terraform may overwrite the change of 1 function')
  }))
