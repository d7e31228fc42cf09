/** Log groups, streams and events of all regions. */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../account/clock'

export interface LocalLogs {
  /** What was written to all streams of a group, ingested or not, in the order of writing; empty without a group. */
  events(group: string, region?: string): readonly LogEventView[]
  streams(group: string, region?: string): readonly string[]
  /** A group that exists before anything is written. Throws when it exists. */
  createGroup(seed: LogGroupSeed): void
  /** For events written from now on: how long until FilterLogEvents finds them. */
  setIngestion(ms: number): void
  /** How far lastEventTimestamp and lastIngestionTime of DescribeLogStreams are behind; 0 unless set (AWS: up to hours). */
  setStreamTimesLag(ms: number): void
  /** FilterLogEvents answers so many empty pages, each with a nextToken, before the first real one; 0 unless set. */
  setEmptyPages(count: number): void
  /**
   * AWS/Logs IncomingBytes of a group, the same on every day up to now. Without it the metric counts what was
   * written since the start.
   */
  setIncomingBytes(group: string, bytesPerDay: number, region?: string): void
}

export type LogClass = 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY'

export interface LogGroupSeed {
  readonly name: string
  readonly region?: string
  /** STANDARD unless given. The others know neither filters nor FilterLogEvents; DELIVERY keeps for two days. */
  readonly class?: LogClass
  /** Kept for ever unless given. */
  readonly retentionDays?: number
  /** At most two, as on AWS. */
  readonly subscriptionFilters?: readonly SubscriptionFilterSeed[]
  readonly metricFilters?: readonly MetricFilterSeed[]
  /** Of older events; what is written from now on comes on top. */
  readonly storedBytes?: number
}

export interface SubscriptionFilterSeed {
  readonly name: string
  /** Everything unless given. */
  readonly pattern?: string
  readonly destinationArn: string
  readonly roleArn?: string
}

export interface MetricFilterSeed {
  readonly name: string
  readonly pattern?: string
  readonly metricName: string
  readonly metricNamespace: string
  /** `1` unless given. */
  readonly metricValue?: string
}

export interface LogEventView {
  readonly stream: string
  readonly timestamp: number
  readonly message: string
}

/** What CloudWatch counts beside the message itself for each event (quotas page of CloudWatch Logs). */
const EVENT_OVERHEAD_BYTES = 26
/** The only retention that a DELIVERY group has; it cannot be changed. */
const DELIVERY_RETENTION_DAYS = 2
const DAY_MS = 86_400_000

export interface LogEvent {
  readonly id: string
  readonly timestamp: number
  /** From then on FilterLogEvents finds it. */
  readonly ingestedMs: number
  readonly message: string
}

export interface LogStream {
  readonly name: string
  readonly createdMs: number
  readonly events: LogEvent[]
}

interface SubscriptionFilter {
  readonly name: string
  readonly pattern: string
  readonly destinationArn: string
  readonly roleArn: string | undefined
  readonly createdMs: number
}

export interface MetricFilter {
  readonly name: string
  readonly pattern: string
  readonly metricName: string
  readonly metricNamespace: string
  readonly metricValue: string
  readonly createdMs: number
}

export interface LogGroup {
  readonly name: string
  readonly region: string
  readonly createdMs: number
  readonly logClass: LogClass
  /** Never expires without one. */
  retentionDays: number | undefined
  readonly subscriptionFilters: readonly SubscriptionFilter[]
  readonly metricFilters: readonly MetricFilter[]
  /** Of before this server started. */
  readonly olderBytes: number
  readonly streams: Map<string, LogStream>
}

export interface LogStore extends LocalLogs {
  groups(region: string): readonly LogGroup[]
  find(name: string, region: string): LogGroup | undefined
  openGroup(name: string, region: string): LogGroup
  createStream(group: LogGroup, name: string): LogStream
  put(stream: LogStream, timestamp: number, message: string): void
  /** What FilterLogEvents finds at this moment. */
  visible(stream: LogStream): readonly LogEvent[]
  /** What DescribeLogStreams takes the newest times from: it may know less than FilterLogEvents. */
  described(stream: LogStream): readonly LogEvent[]
  /** Empty pages that FilterLogEvents answers before the first one with content. */
  readonly emptyPages: number
  /** Bytes that the group took in from `startMs` to `endMs`; undefined when it took in none. */
  incomingBytes(name: string, region: string, startMs: number, endMs: number): number | undefined
}

export function createLogStore(
  defaultRegion: string,
  clock: Clock,
  initialIngestionMs: number,
): LogStore {
  const groups = new Map<string, LogGroup>()
  const bytesPerDay = new Map<string, number>()
  let ingestionMs = initialIngestionMs
  let streamTimesLagMs = 0
  let emptyPages = 0
  const key = (name: string, region: string): string => `${region} ${name}`
  const find = (name: string, region: string): LogGroup | undefined => groups.get(key(name, region))

  const add = (seed: LogGroupSeed, region: string): LogGroup => {
    if (find(seed.name, region) !== undefined) {
      throw new Error(`log group ${seed.name} exists in ${region}`)
    }
    const group = seededGroup(seed, region, clock.now())
    groups.set(key(group.name, region), group)
    return group
  }

  return {
    find,
    groups: (region) =>
      [...groups.values()]
        .filter((group) => group.region === region)
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    openGroup: (name, region) => add({ name }, region),
    createGroup: (seed) => {
      add(seed, seed.region ?? defaultRegion)
    },
    createStream: (group, name) => {
      const stream: LogStream = { name, createdMs: clock.now(), events: [] }
      group.streams.set(name, stream)
      return stream
    },
    put: (stream, timestamp, message) => {
      const ingestedMs = clock.now() + ingestionMs
      stream.events.push({ id: randomUUID(), timestamp, ingestedMs, message })
    },
    visible: (stream) => ingestedBy(stream, clock.now()),
    described: (stream) => ingestedBy(stream, clock.now() - streamTimesLagMs),
    get emptyPages() {
      return emptyPages
    },
    incomingBytes: (name, region, startMs, endMs) => {
      const seeded = bytesPerDay.get(key(name, region))
      if (seeded !== undefined) {
        const pastMs = Math.min(endMs, clock.now()) - startMs
        return pastMs <= 0 ? undefined : (seeded * pastMs) / DAY_MS
      }
      const events = [...(find(name, region)?.streams.values() ?? [])]
        .flatMap((stream) => ingestedBy(stream, clock.now()))
        .filter((event) => event.ingestedMs >= startMs && event.ingestedMs < endMs)
      return events.length === 0 ? undefined : bytesOf(events)
    },
    setIngestion: (ms) => {
      ingestionMs = ms
    },
    setStreamTimesLag: (ms) => {
      streamTimesLagMs = ms
    },
    setEmptyPages: (count) => {
      emptyPages = count
    },
    setIncomingBytes: (name, amount, region = defaultRegion) => {
      bytesPerDay.set(key(name, region), amount)
    },
    events: (name, region = defaultRegion) =>
      [...(find(name, region)?.streams.values() ?? [])].flatMap((stream) =>
        stream.events.map((event) => ({
          stream: stream.name,
          timestamp: event.timestamp,
          message: event.message,
        })),
      ),
    streams: (name, region = defaultRegion) => [...(find(name, region)?.streams.keys() ?? [])],
  }
}

/** Compressed and settled later on AWS: never a number to bill by. */
export function storedBytes(group: LogGroup): number {
  const written = [...group.streams.values()].map((stream) => bytesOf(stream.events))
  return written.reduce((sum, bytes) => sum + bytes, group.olderBytes)
}

function ingestedBy(stream: LogStream, ms: number): readonly LogEvent[] {
  return stream.events.filter((event) => event.ingestedMs <= ms)
}

function bytesOf(events: readonly LogEvent[]): number {
  return events.reduce(
    (sum, event) => sum + Buffer.byteLength(event.message, 'utf8') + EVENT_OVERHEAD_BYTES,
    0,
  )
}

function seededGroup(seed: LogGroupSeed, region: string, createdMs: number): LogGroup {
  const logClass = seed.class ?? 'STANDARD'
  const subscriptionFilters = seed.subscriptionFilters ?? []
  const metricFilters = seed.metricFilters ?? []
  if (logClass !== 'STANDARD' && subscriptionFilters.length + metricFilters.length > 0) {
    throw new Error(`a log group of class ${logClass} has no filters`)
  }
  if (subscriptionFilters.length > 2) throw new Error('a log group has two subscription filters')
  return {
    name: seed.name,
    region,
    createdMs,
    logClass,
    retentionDays: logClass === 'DELIVERY' ? DELIVERY_RETENTION_DAYS : seed.retentionDays,
    subscriptionFilters: subscriptionFilters.map((filter) => ({
      name: filter.name,
      pattern: filter.pattern ?? '',
      destinationArn: filter.destinationArn,
      roleArn: filter.roleArn,
      createdMs,
    })),
    metricFilters: metricFilters.map((filter) => ({
      name: filter.name,
      pattern: filter.pattern ?? '',
      metricName: filter.metricName,
      metricNamespace: filter.metricNamespace,
      metricValue: filter.metricValue ?? '1',
      createdMs,
    })),
    olderBytes: seed.storedBytes ?? 0,
    streams: new Map(),
  }
}
