/** The comments of pull requests, with GitHub's limits. */

export interface Author {
  readonly login: string
  readonly id: number
  readonly type: 'Bot' | 'User'
}

export interface Comment {
  readonly id: number
  readonly pull: number
  readonly body: string
  readonly user: Author
  /** How often it was updated. */
  readonly updates: number
}

/** GitHub's, in characters. */
const LONGEST = 65_536

/** Why GitHub refuses the text of a comment: its `errors`, for 422; `undefined`: it takes it. */
export function bodyFault(body: unknown): string | undefined {
  if (typeof body !== 'string' || body.trim() === '') return 'Body cannot be blank'
  return Array.from(body).length > LONGEST
    ? `Body is too long (maximum is ${String(LONGEST)} characters)`
    : undefined
}

export interface Comments {
  of(pull: number): readonly Comment[]
  byId(id: number): Comment | undefined
  add(pull: number, user: Author, body: string): Comment
  update(id: number, body: string): Comment | undefined
  delete(id: number): void
}

export function createComments(): Comments {
  let all: readonly Comment[] = []
  let lastId = 1000
  return {
    of: (pull) => all.filter((one) => one.pull === pull),
    byId: (id) => all.find((one) => one.id === id),
    add(pull, user, body) {
      lastId += 1
      const comment = { id: lastId, pull, user, body, updates: 0 }
      all = [...all, comment]
      return comment
    },
    update(id, body) {
      all = all.map((one) => (one.id === id ? { ...one, body, updates: one.updates + 1 } : one))
      return all.find((one) => one.id === id)
    },
    delete(id) {
      all = all.filter((one) => one.id !== id)
    },
  }
}
