/** Secrets Manager and Parameter Store, as the edge asks them. */

import { describe, expect, test } from '@jest/globals'
import { lazySecretStores as secretStores } from '../../src/edges/lazy-edges'
import { localAws, scriptedAws, valueOf } from './support'

const REGION = 'us-east-1'
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d'

describe('a secret', () => {
  test('is described without its value', async () => {
    const aws = await localAws()
    const plain = aws.secrets.create({ name: 'plain', value: 'hush' })
    const keyed = aws.secrets.create({ name: 'keyed', value: 'hush', kmsKeyId: KEY })
    const stores = secretStores()
    expect(await valueOf(stores.secret(REGION, plain))).toEqual({
      arn: plain,
      scheduledForDeletion: false,
      hasCurrentVersion: true,
      kmsKey: undefined,
    })
    expect(await valueOf(stores.secret(REGION, keyed))).toMatchObject({ kmsKey: KEY })
    expect(aws.calls.all().map(({ operation }) => operation)).toEqual([
      'DescribeSecret',
      'DescribeSecret',
    ])
  })

  test('that cannot be read any more, or not yet, shows it', async () => {
    const aws = await localAws()
    const going = aws.secrets.create({ name: 'going', value: 'hush', scheduledForDeletion: true })
    const coming = aws.secrets.create({ name: 'coming' })
    const pending = aws.secrets.create({ name: 'pending', value: 'hush', withoutCurrent: true })
    const stores = secretStores()
    expect(await valueOf(stores.secret(REGION, going))).toMatchObject({
      scheduledForDeletion: true,
    })
    for (const arn of [coming, pending]) {
      expect(await valueOf(stores.secret(REGION, arn))).toMatchObject({ hasCurrentVersion: false })
    }
  })

  test('that does not exist in that region is none; one that may not be asked for is a fault', async () => {
    const aws = await localAws()
    const arn = aws.secrets.create({ name: 'here', value: 'hush' })
    expect(await valueOf(secretStores().secret('eu-west-1', arn))).toBeUndefined()
    aws.caller.deny('secretsmanager:DescribeSecret')
    expect(await secretStores().secret(REGION, arn)).toMatchObject({
      ok: false,
      fault: { kind: 'denied' },
    })
  })

  test('bears the name of its key as the store has it', async () => {
    const alias = `arn:aws:kms:${REGION}:1:alias/aws/secretsmanager`
    await scriptedAws(() => ({ body: JSON.stringify({ ARN: 'a', KmsKeyId: alias }) }))
    expect(await valueOf(secretStores().secret(REGION, 'a'))).toMatchObject({ kmsKey: alias })
  })
})

describe('a parameter', () => {
  test('is described without its value, whatever its type', async () => {
    const aws = await localAws()
    aws.parameters.create({ name: '/path/secure', value: 'hush', kmsKeyId: KEY })
    aws.parameters.create({ name: 'own-key', value: 'hush' })
    aws.parameters.create({ name: 'text', type: 'String', value: 'hush' })
    aws.parameters.create({ name: 'list', type: 'StringList', value: 'hush,hush' })
    const stores = secretStores()
    const facts = (name: string) => valueOf(stores.parameter(REGION, name))
    expect(await facts('/path/secure')).toEqual({
      name: '/path/secure',
      type: 'SecureString',
      kmsKey: KEY,
    })
    expect(await facts('own-key')).toMatchObject({
      type: 'SecureString',
      kmsKey: 'alias/aws/ssm',
    })
    expect(await facts('text')).toMatchObject({ type: 'String', kmsKey: undefined })
    expect(await facts('list')).toMatchObject({ type: 'StringList' })
    expect(await facts('/path')).toBeUndefined()
    const operations = new Set(aws.calls.all().map(({ operation }) => operation))
    expect([...operations]).toEqual(['DescribeParameters'])
  })

  test('is looked for through empty pages', async () => {
    const requests = await scriptedAws((_, index) => ({
      body: JSON.stringify(
        index < 2
          ? { Parameters: [], NextToken: String(index) }
          : { Parameters: [{ Name: 'it', Type: 'Novelty' }] },
      ),
    }))
    expect(await valueOf(secretStores().parameter(REGION, 'it'))).toEqual({
      name: 'it',
      type: 'unknown',
      kmsKey: undefined,
    })
    expect(requests).toHaveLength(3)
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: ['it'] }],
    })
  })

  test('that may not be asked for is a fault', async () => {
    const aws = await localAws()
    aws.caller.deny('ssm:DescribeParameters')
    expect(await secretStores().parameter(REGION, 'it')).toMatchObject({
      ok: false,
      fault: { kind: 'denied' },
    })
  })
})
