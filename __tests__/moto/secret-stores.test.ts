/** The edges of Secrets Manager and Parameter Store against moto. */

import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { expect, test } from '@jest/globals'
import { lazySecretStores as secretStores } from '../../src/edges/lazy-edges'
import { valueOf } from '../edges/values'
import { suite } from './moto-server'

const REGION = 'us-east-1'
const KEY = `arn:aws:kms:${REGION}:123456789012:key/0a1b2c3d-0000-4000-8000-0123456789ab`

suite('Secrets Manager and Parameter Store', () => {
  test('a secret is described, also one that is scheduled for deletion, and one without a value', async () => {
    const client = new SecretsManagerClient({ region: REGION })
    const create = async (Name: string, more = {}) =>
      (await client.send(new CreateSecretCommand({ Name, ...more }))).ARN ?? ''
    const plain = await create('plain', { SecretString: 'hush' })
    const keyed = await create('keyed', { SecretString: 'hush', KmsKeyId: KEY })
    const empty = await create('empty')
    const stores = secretStores()
    expect(await valueOf(stores.secret(REGION, plain))).toEqual({
      arn: plain,
      scheduledForDeletion: false,
      hasCurrentVersion: true,
      kmsKey: undefined,
    })
    expect(await valueOf(stores.secret(REGION, keyed))).toMatchObject({ kmsKey: KEY })
    expect(await valueOf(stores.secret(REGION, empty))).toMatchObject({ hasCurrentVersion: false })
    await client.send(new DeleteSecretCommand({ SecretId: plain }))
    expect(await valueOf(stores.secret(REGION, plain))).toMatchObject({
      scheduledForDeletion: true,
    })
    expect(await valueOf(stores.secret(REGION, `${keyed.slice(0, -1)}?`))).toBeUndefined()
  })

  test('a parameter is described by its exact name', async () => {
    const client = new SSMClient({ region: REGION })
    const put = (Name: string, Type: 'String' | 'SecureString', more = {}) =>
      client.send(new PutParameterCommand({ Name, Type, Value: 'hush', ...more }))
    await put('/app/key', 'SecureString', { KeyId: KEY })
    await put('/app/key/deeper', 'String')
    await put('plain', 'String')
    await put('default-key', 'SecureString')
    const stores = secretStores()
    expect(await valueOf(stores.parameter(REGION, '/app/key'))).toEqual({
      name: '/app/key',
      type: 'SecureString',
      kmsKey: KEY,
    })
    expect(await valueOf(stores.parameter(REGION, 'plain'))).toMatchObject({
      type: 'String',
      kmsKey: undefined,
    })
    expect(await valueOf(stores.parameter(REGION, 'default-key'))).toMatchObject({
      type: 'SecureString',
      kmsKey: 'alias/aws/ssm',
    })
    expect(await valueOf(stores.parameter(REGION, '/app'))).toBeUndefined()
  })
})
