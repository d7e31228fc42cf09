/** Lambda’s control plane, as the pipeline needs it: reads, one guarded write, and what the preflight asks. */

import type { Result } from '../../model/result'
import type { FunctionArn, LambdaFunction, LogFormat, Variables } from './lambda-function'

/** Lambda's control plane: reads with retries, writes guarded by the revision they were computed from. */
export interface LambdaControl {
  /**
   * All functions of a region with all their published versions, each with its own configuration and role, a page after
   * the other. ListFunctions leaves out state and reserved concurrency.
   * @param take gets each page (50 functions and versions); `false`: no further one is asked for
   */
  listVersions(
    region: string,
    take: (page: readonly ListedVersion[]) => boolean,
  ): Promise<Result<'all' | 'stopped'>>
  /** `$LATEST` and all published versions of one function. */
  versionsOf(arn: FunctionArn): Promise<Result<readonly ListedVersion[]>>
  /** @param qualifier a version or alias; `$LATEST` unless given */
  get(region: string, nameOrArn: string, qualifier?: string): Promise<Result<LambdaFunction>>
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
   * By which ways other than the function's plain name traffic may reach it, by version: aliases, provisioned concurrency,
   * event sources. Mappings of event sources are read once per region, and again for who needs them of a later moment.
   * @param since event sources that were read before this time (ms since the epoch) are too old; none is unless given
   */
  routes(arn: FunctionArn, since?: number): Promise<Result<Routes>>
  /**
   * The versions that such ways lead to, each with its own configuration.
   * @param since see `routes`
   */
  routedVersions(arn: FunctionArn, since?: number): Promise<Result<readonly RoutedVersion[]>>
}

/** `$LATEST`, or a published version, as ListFunctions describes it. */
export interface ListedVersion {
  readonly version: string
  readonly fn: LambdaFunction
}

/** What points to each version, such as `alias live`, `provisioned concurrency`, `event source <uuid>`. */
export type Routes = ReadonlyMap<string, readonly string[]>

/** What GetLayerVersion tells of a layer. */
export interface LayerVersion {
  /** SHA-256 of the layer's archive, in base64; `undefined` where the answer does not hold it. */
  readonly codeSha256: string | undefined
}

/** A version, or `$LATEST`, that something points to. */
export interface RoutedVersion {
  readonly version: string
  /** What does, see `Routes`. */
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
