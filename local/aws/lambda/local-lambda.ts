/** Seeding and looking from the test's side, without a call over the wire. */
import type { FlushOutcome } from '../../rotel/telemetry'
import type { Account } from '../account/account'
import type { IamStore } from '../iam/roles'
import { addEventSource, provision } from './event-sources'
import type { Configuration, FunctionState, UpdateFailure } from './function-state'
import {
  changeDirectly,
  viewOf,
  type FunctionChange,
  type FunctionSeed,
  type FunctionStore,
  type FunctionView,
} from './functions'
import type { Handler } from './handler'
import type { InvocationRecord, Invoker, RunningInvocation, TrafficFacts } from './invoke'
import type { LayerRegistry, LocalLayers } from './layers'
import { makeVersion, placeAlias, routedVersions } from './versions'
import type { InvocationRecord, LocalLambda, RoutedView } from '../local-aws'
import { addEventSource, provision } from './event-sources'
import type { Configuration, FunctionState } from './function-state'
import { changeDirectly, viewOf, type FunctionStore } from './functions'
import type { Invoker } from './invoke'
import type { LayerRegistry } from './layers'
import { makeVersion, placeAlias, routedVersions } from './versions'
