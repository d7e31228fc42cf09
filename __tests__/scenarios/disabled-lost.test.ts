/** CloudWatch Logs that an earlier run has disabled, on a role of two functions; then the way to ClickStack breaks. */

import { expect, test } from '@jest/globals'
import { accepting } from './accepting'
import { inStack } from './stack-world'
import { FOREIGN, functionsOf, statusesOf } from './world'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const STREAM = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/fa:log-stream:x'

test('logs are restored where a restart shows that telemetry is lost, also beside a function that lost Rotel', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const role = aws.iam.createRole({ name: 'shop', attached: [BASIC] }).arn
    for (const name of ['fa', 'fb']) {
      aws.lambda.createFunction({ name, role, variables: FOREIGN })
    }
    const inputs = {
      functions: 'fa\nfb',
      'cloudwatch-logs': 'remove',
      'verify-timeout': '8',
      ...accepting('shared-role'),
    }
    expect(statusesOf(await main(inputs))).toEqual(['fa: instrumented', 'fb: instrumented'])
    // The warm environment of fa has nothing to send; only a new one shows that nothing arrives.
    aws.lambda.changeAsSomebodyElse('fb', { layers: [], variables: FOREIGN })
    aws.lambda.blockEgress('fa')
    const result = await main(inputs)
    const functions = new Map(functionsOf(result).map((one) => [one.name, one]))
    const [fa, fb] = [functions.get('fa'), functions.get('fb')]
    expect(result.exitCode).toBe(1)
    expect(fa).toMatchObject({ status: 'unproven', reason: 'telemetry-lost-after-disabling' })
    expect(fa?.changed).toBe(true)
    expect(fb?.status).not.toBe('unchanged')
    expect(aws.iam.decide(role, 'logs:PutLogEvents', STREAM, 'dataPlane')).toBe('allowed')
    expect(result.stdout).not.toContain('CloudWatch Logs stay enabled')
  }))
