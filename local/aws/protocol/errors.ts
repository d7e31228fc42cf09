/** An error that a service answers. Each service writes it in its own wire format. */
export class AwsError extends Error {
  override readonly name: string
  readonly status: number
  /** Further members of the body, e.g. `Reason`. */
  readonly members: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>

  constructor(
    name: string,
    status: number,
    message: string,
    extra: {
      readonly members?: Readonly<Record<string, string>>
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
    this.name = name
    this.status = status
    this.members = extra.members ?? {}
    this.headers = extra.headers ?? {}
  }
}

/** A bare status with no body that a client could read: what a load balancer answers. */
export class BareStatus extends Error {
  readonly status: number

  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}
