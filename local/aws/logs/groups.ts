/** Log groups, streams and events of all regions. */
import { randomUUID } from 'node:crypto'
import type { Clock, LocalLogs } from '../local-aws'

export interface LogEvent {
  readonly id: string
  readonly timestamp: number
  readonly ingestedMs: number
  readonly message: string
}

export interface LogStream {
  readonly name: string
  readonly createdMs: number
  readonly events: LogEvent[]
}

export interface LogGroup {
  readonly name: string
  readonly region: string
  readonly createdMs: number
  readonly streams: Map<string, LogStream>
}

export interface LogStore extends LocalLogs {
  groups(region: string): readonly LogGroup[]
  find(name: string, region: string): LogGroup | undefined
  createGroup(name: string, region: string): LogGroup
  createStream(group: LogGroup, name: string): LogStream
  put(stream: LogStream, timestamp: number, message: string): void
}

export function createLogStore(defaultRegion: string, clock: Clock): LogStore {
  const groups = new Map<string, LogGroup>()
  const find = (name: string, region: string): LogGroup | undefined =>
    groups.get(`${region} ${name}`)
  return {
    find,
    groups: (region) =>
      [...groups.values()]
        .filter((group) => group.region === region)
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    createGroup: (name, region) => {
      const group = { name, region, createdMs: clock.now(), streams: new Map<string, LogStream>() }
      groups.set(`${region} ${name}`, group)
      return group
    },
    createStream: (group, name) => {
      const stream: LogStream = { name, createdMs: clock.now(), events: [] }
      group.streams.set(name, stream)
      return stream
    },
    put: (stream, timestamp, message) => {
      stream.events.push({ id: randomUUID(), timestamp, ingestedMs: clock.now(), message })
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
