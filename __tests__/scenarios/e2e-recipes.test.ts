/**
 * The steps of .github/workflows/e2e.yml that run the action, one after the other on the local stack: the workflow is
 * started on a real account only after that.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { INGESTION_KEY, inStack, type StackWorld } from './stack-world'

interface WorkflowStep {
  readonly id?: string
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string | boolean>>
  readonly env?: Readonly<Record<string, string>>
}

interface Workflow {
  readonly jobs: Readonly<Record<'recipes', { readonly steps: readonly WorkflowStep[] }>>
}

const root = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const { steps } = (parse(read('.github/workflows/e2e.yml')) as Workflow).jobs.recipes

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }
    >
  >
}

/** CloudFormation's `!Sub` and `!Ref` are read as their texts. */
const template = parse(read('e2e/template.yaml'), {
  customTags: ['!Sub', '!Ref'].map((tag) => ({ tag, resolve: (text: string) => text })),
}) as Template

const sampleFunctions = Object.values(template.Resources)
  .filter(({ Type }) => Type === 'AWS::Serverless::Function')
  .map(({ Properties }) => Properties)

const STACK = 'e2e'
const WRITER = { name: 'writer', password: 'canary-writer-2e7d' }

test('the sample functions are of three languages, each for both architectures', () => {
  const kinds = sampleFunctions.map(
    ({ Runtime, Architectures }) => `${String(Runtime)} ${String(Architectures)}`,
  )
  expect(kinds.sort()).toEqual(
    ['java21', 'nodejs22.x', 'python3.13'].flatMap((runtime) => [
      `${runtime} arm64`,
      `${runtime} x86_64`,
    ]),
  )
})

function deploy({ aws }: StackWorld): string {
  for (const { FunctionName, Runtime, Architectures } of sampleFunctions) {
    const name = String(FunctionName).replace('${AWS::StackName}', STACK)
    const role = aws.iam.createRole({
      name: `${name}-role`,
      attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    })
    aws.lambda.createFunction({
      name,
      role: role.arn,
      runtime: String(Runtime),
      architecture: String(Architectures) === 'arm64' ? 'arm64' : 'x86_64',
      tags: { 'aws:cloudformation:stack-name': STACK, 'lambda:createdBy': 'SAM' },
    })
  }
  return aws.secrets.create({ name: `${STACK}-api-key`, value: INGESTION_KEY })
}

/** What the step "Publish an own copy of the layer" does. */
function publishCopies({ aws }: StackWorld): Readonly<Record<string, string>> {
  const copies = (['x86_64', 'arm64'] as const).map((architecture) =>
    aws.lambda.layers.publish({
      name: `${STACK}-${architecture === 'arm64' ? 'arm64' : 'amd64'}`,
      extension: { kind: 'rotel', architecture },
    }),
  )
  const [arn = ''] = copies
  return {
    'steps.copy.outputs.arn': arn.replace('us-east-1', '{region}').replace('amd64', '{arch}'),
    'steps.copy.outputs.hashes': copies
      .map((copy) => aws.lambda.layers.codeSha256(copy))
      .join('\n'),
  }
}

/** Number of functions by status. */
type Counts = Readonly<Record<string, number>>

const expectedBy = (run: string): Counts =>
  Object.fromEntries(
    run
      .split(' ')
      .slice(1)
      .map((count) => count.split('='))
      .map(([status = '', count]) => [status, Number(count)]),
  )

function countsIn(summary: string): Counts {
  const { statuses } = JSON.parse(summary) as { readonly statuses: Counts }
  return Object.fromEntries(Object.entries(statuses).filter(([, count]) => count > 0))
}

test(
  'each recipe ends as the workflow expects it',
  () =>
    inStack(
      async (world) => {
        const { aws, inputs: stackInputs } = world
        const values: Record<string, string> = {
          'env.STACK': STACK,
          'needs.deploy.outputs.secret': deploy(world),
          'vars.E2E_AWS_ACCOUNT': '123456789012',
          'vars.E2E_CLICKSTACK_ENDPOINT': stackInputs['endpoint'] ?? '',
          'vars.E2E_CLICKHOUSE_URL': stackInputs['clickhouse-url'] ?? '',
          'vars.E2E_CLICKHOUSE_USER': WRITER.name,
          'secrets.E2E_CLICKHOUSE_PASSWORD': WRITER.password,
          'secrets.E2E_CLICKSTACK_API_KEY': INGESTION_KEY,
          ...publishCopies(world),
        }
        const filledIn = (text: string) =>
          text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
            const value = values[expression]
            if (value === undefined) throw new Error(`Nothing is known of ${expression}`)
            return value
          })
        const blank = Object.fromEntries(
          [...Object.keys(stackInputs), 'headers'].map((name) => [name, '']),
        )

        const ends: (readonly [string, Counts])[] = []
        const expected: (readonly [string, Counts])[] = []
        for (const step of steps) {
          if (step.uses === './') {
            const given = Object.entries(step.with ?? {}).map(([name, value]): [string, string] => [
              name,
              filledIn(String(value)),
            ])
            const id = step.id ?? ''
            const { outputs } = await world.main({ ...blank, ...Object.fromEntries(given) })
            for (const [name, value] of Object.entries(outputs))
              values[`steps.${id}.outputs.${name}`] = value
            ends.push([id, countsIn(outputs['summary-json'] ?? '')])
          } else if (step.run?.startsWith('e2e/expect ') === true) {
            const id = /steps\.(.+)\.outputs\.summary-json/.exec(step.env?.['SUMMARY'] ?? '')?.[1]
            expected.push([id ?? '', expectedBy(step.run)])
          } else if (step.run?.includes('create-alias') === true) {
            for (const name of [`${STACK}-nodejs-x86-64`, `${STACK}-nodejs-arm64`])
              aws.lambda.setAlias(name, 'live', aws.lambda.publishVersion(name))
          }
        }
        expect(ends).toEqual(expected)
        expect(ends.length).toBeGreaterThan(14)
      },
      { clickStack: { users: [WRITER] } },
    ),
  300_000,
)
