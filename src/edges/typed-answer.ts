/**
 * Answers whose members are of the types that AWS's API has for them. The SDK hands on what stands in JSON, whatever it is:
 * a member of another type would end the run where it is used, or be taken for something.
 */

import { NormalizedSchema } from '@smithy/core/schema'
import { isRecord, listOf, membersOf } from '../model/json'
import { hideVariables } from './known-values'
import { UnreadableAnswer } from './query-answer'

type SchemaOfOutput = Parameters<(typeof NormalizedSchema)['of']>[0]

/** Where it stands among the SDK's middleware: it gets what the SDK has read out of an answer. */
const BEHIND_THE_READER = { step: 'deserialize', priority: 'high', name: 'insistOnTypes' } as const

const AROUND_THE_CALL = { step: 'initialize', priority: 'high', name: 'hideVariables' } as const

/**
 * The client, with an UnreadableAnswer thrown for each answer that is not of the operation's types, and without
 * values of variables in what is thrown.
 */
export function withTypedAnswers<Client extends WithMiddleware>(client: Client): Client {
  client.middlewareStack.add(insistOnTypes, BEHIND_THE_READER)
  client.middlewareStack.add(hideVariables, AROUND_THE_CALL)
  return client
}

interface WithMiddleware {
  readonly middlewareStack: {
    add(middleware: typeof insistOnTypes | typeof hideVariables, at: object): void
  }
}

function insistOnTypes<Given, Answered extends { readonly output: unknown }>(
  next: (given: Given) => Promise<Answered>,
  context: object,
) {
  return async (given: Given): Promise<Answered> => {
    const answered = await next(given)
    const { operationSchema } = membersOf(membersOf(context)['__smithy_context'])
    // `[9, namespace, name, traits, input, output]` (@smithy/types, StaticOperationSchema).
    const [, , name, , , output] = listOf(operationSchema)
    if (
      output !== undefined &&
      !isOf(NormalizedSchema.of(output as SchemaOfOutput), answered.output)
    ) {
      throw new UnreadableAnswer(String(name))
    }
    return answered
  }
}

function isOf(schema: NormalizedSchema, value: unknown): boolean {
  if (value === undefined) return true
  if (schema.isBlobSchema() || schema.isDocumentSchema() || schema.isStreaming()) return true
  if (schema.isStructSchema()) {
    if (!isRecord(value)) return false
    return [...schema.structIterator()].every(([name, member]) => {
      // A member that is `null` is not there.
      const one = value[name] ?? undefined
      return isOf(member, one)
    })
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema()
    return Array.isArray(value) && value.every((one) => one !== undefined && isOf(item, one))
  }
  if (schema.isMapSchema()) {
    const member = schema.getValueSchema()
    return isRecord(value) && Object.values(value).every((one) => one === null || isOf(member, one))
  }
  if (schema.isTimestampSchema()) return value instanceof Date
  if (schema.isBooleanSchema()) return typeof value === 'boolean'
  if (schema.isStringSchema()) return typeof value === 'string'
  return schema.isNumericSchema() ? typeof value === 'number' : true
}
