/** What the pipeline reads from Secrets Manager and Parameter Store: everything about a secret except its value. */

import type { Result } from '../../model/result'

export interface SecretFacts {
  readonly arn: string
  readonly scheduledForDeletion: boolean
  /** A version has the label AWSCURRENT: without one there is no value to read. */
  readonly hasCurrentVersion: boolean
  /** ARN, id or alias, as the store names it; `undefined`: the service’s own. */
  readonly kmsKey: string | undefined
}

export interface ParameterFacts {
  readonly name: string
  readonly type: 'String' | 'StringList' | 'SecureString' | 'unknown'
  readonly kmsKey: string | undefined
}

/** Neither call returns a value: values are never read. */
export interface SecretStores {
  /** `undefined`: the secret does not exist. */
  secret(region: string, arn: string): Promise<Result<SecretFacts | undefined>>
  /** @param name with the leading slash of a path, as Parameter Store has it */
  parameter(region: string, name: string): Promise<Result<ParameterFacts | undefined>>
}
