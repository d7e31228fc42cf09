/**
 * Answers of AWS's query protocol, which IAM and STS speak: in XML, with the operation's name as its root. The SDK takes
 * any other XML, and no body at all, for an answer without members, and those of most writes have none.
 */

import { membersOf, numberOf } from '../model/json'

/** Where it stands among the SDK's middleware: next to the wire, and each of the SDK's attempts passes through it. */
export const NEXT_TO_THE_WIRE = {
  step: 'deserialize',
  priority: 'low',
  name: 'insistOnAnswer',
} as const

/**
 * A middleware that throws when a good answer is not that of the operation.
 * @param collect the client's own way to read a body
 */
export function insistOnAnswer(collect: (body: unknown) => Promise<Uint8Array>) {
  return <Given, Answered extends { readonly response: unknown }>(
      next: (given: Given) => Promise<Answered>,
      { commandName = '' }: { readonly commandName?: string },
    ) =>
    async (given: Given): Promise<Answered> => {
      const answered = await next(given)
      const { statusCode, body } = membersOf(answered.response)
      if ((numberOf(statusCode) ?? 0) >= 300) return answered
      const bytes = await collect(body)
      const operation = commandName.replace(/Command$/, '')
      if (!Buffer.from(bytes).toString('utf8').includes(`<${operation}Response`)) {
        throw new UnreadableAnswer(operation)
      }
      // A body can be read once: the SDK is given what was in it.
      if (typeof answered.response === 'object')
        Object.assign(answered.response ?? {}, { body: bytes })
      return answered
    }
}

/** What AWS, or something on the way to it, answered well and is not its answer: as good as none. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'

  constructor(operation: string) {
    super(`${operation} was answered with something else`)
  }
}
