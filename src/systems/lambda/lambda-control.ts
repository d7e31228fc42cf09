/** Lambda’s control plane, as the pipeline needs it: reads, one guarded write, and what the preflight asks. */

import type { Result } from '../../model/result'
import type { FunctionArn, LambdaFunction, LogFormat, Variables } from './lambda-function'

/** Lambda's control plane: reads with retries, writes guarded by the revision they were computed from. */
export interface LambdaControl {
  /** All functions of a region, without what ListFunctions leaves out (state, reserved concurrency). */
  list(region: string): Promise<Result<readonly LambdaFunction[]>>
  /** All functions of a region with all their published versions, each with its own configuration and role. */
  listVersions(region: string): Promise<Result<readonly ListedVersion[]>>
  get(region: string, nameOrArn: string): Promise<Result<LambdaFunction>>
  /**
   * The answer is the function as it is while the update is in progress.
   * @param atTurn asked when the quota has a place for the call; `false`: it is not made
   */
  update(
    arn: FunctionArn,
    update: ConfigurationUpdate,
    atTurn: () => boolean | Promise<boolean>,
  ): Promise<Result<LambdaFunction>>
  /** A fault: Lambda would not let this caller attach the layer version. Asked once per layer and region. */
  layerVersion(region: string, layerArn: string): Promise<Result<LayerVersion>>
  /** Whether a code signing configuration refuses unsigned layers. */
  enforcesCodeSigning(arn: FunctionArn): Promise<Result<boolean>>
  /**
   * The versions that traffic may reach by another way than the function's plain name. Mappings of event sources are read
   * once per region.
   */
  routedVersions(arn: FunctionArn): Promise<Result<readonly RoutedVersion[]>>
}

/** `$LATEST`, or a published version, as ListFunctions describes it. */
export interface ListedVersion {
  readonly version: string
  readonly fn: LambdaFunction
}

/** What GetLayerVersion tells of a layer. */
export interface LayerVersion {
  /** SHA-256 of the layer's archive, in base64; `undefined` where the answer does not hold it. */
  readonly codeSha256: string | undefined
}

/** A version, or `$LATEST`, that something points to. */
export interface RoutedVersion {
  readonly version: string
  /** What does, such as `alias live`, `provisioned concurrency`, `event source <uuid>`. */
  readonly via: readonly string[]
  /** The version's own configuration; without state, tags and reserved concurrency. */
  readonly fn: LambdaFunction
}

/** What an update sends: members that are left out stay as they are, those given replace the whole list or map. */
export interface ConfigurationUpdate {
  readonly revisionId: string
  readonly layers?: readonly string[]
  readonly variables?: Variables
  readonly logFormat?: LogFormat
  /** The value that is there, sent again, changes nothing but makes Lambda start new environments. */
  readonly timeoutSeconds?: number
}
