/** What may happen to four functions over days, as values: generated at random, shrunk, and printed for people. */

import fc from 'fast-check'

/** `a` and `b` share a role, `c` and `d` another one. */
export const NAMES = ['a', 'b', 'c', 'd'] as const
export type Name = (typeof NAMES)[number]

/** By what a role may write logs: a policy of AWS's, a document of its own, or a policy that both roles have. */
export type LogRight = 'aws-managed' | 'inline' | 'shared-policy'

export interface Start {
  readonly rights: readonly [ab: LogRight, cd: LogRight]
  /** Functions whose traffic goes by an alias to a published version; it has no Rotel then. */
  readonly aliased: readonly Name[]
}

export type Secret = 'plain' | 'secret-1' | 'secret-2'
export type Logs = 'keep' | 'deny' | 'deny-policy' | 'remove'

/** One run of the action. */
export type Run =
  | {
      readonly kind: 'apply'
      readonly functions: readonly Name[]
      readonly logs: Logs
      readonly key: Secret
      readonly onFailure: 'rollback' | 'keep'
    }
  | {
      readonly kind: 'verify'
      readonly functions: readonly Name[]
      readonly logs: 'keep' | 'deny'
      readonly key: Secret
    }
  | {
      readonly kind: 'remove'
      readonly functions: readonly Name[]
      /** The restore file that was written last goes along, if there is one. */
      readonly restoreFile: boolean
    }

/** A call that goes wrong, among those that the run makes. */
export interface Fault {
  readonly operation: string
  /** Matching calls that go well before it strikes. */
  readonly skip: number
  readonly how: 'denied' | 'denied-always' | 'server-error' | 'lost-answer'
}

export type Trouble =
  | { readonly kind: 'none' }
  /** The handler of the function throws. */
  | { readonly kind: 'throws'; readonly function: Name }
  /** What the function's Rotel sends gets nowhere. */
  | { readonly kind: 'no-egress'; readonly function: Name }
  /** Nothing listens at the endpoint. */
  | { readonly kind: 'no-endpoint' }
  | ({ readonly kind: 'fault' } & Fault)
  | {
      readonly kind: 'kill'
      /** From 1. */
      readonly call: number
      readonly moment: 'before' | 'after'
      /** Whether the post step runs, as it does unless the runner itself has died. */
      readonly post: boolean
    }

export type Happening =
  | { readonly kind: 'run'; readonly run: Run; readonly trouble: Trouble }
  | { readonly kind: 'two-runs'; readonly runs: readonly [Run, Run] }
  /** A deploy of somebody's puts back what its template says. */
  | {
      readonly kind: 'deploy'
      readonly function: Name
      readonly resets: 'layers' | 'variables' | 'both'
    }
  /** Somebody publishes a version, and moves the alias to it. */
  | { readonly kind: 'publish'; readonly function: Name }

export interface Sequence {
  readonly start: Start
  readonly happenings: readonly Happening[]
}

const functions = fc.subarray([...NAMES], { minLength: 1 })
const oneFunction = fc.constantFrom(...NAMES)
const key = fc.constantFrom<Secret[]>('plain', 'secret-1', 'secret-2')

const run: fc.Arbitrary<Run> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('apply' as const),
      functions,
      logs: fc.constantFrom<Logs[]>('keep', 'deny', 'deny-policy', 'remove'),
      key,
      onFailure: fc.constantFrom('rollback' as const, 'rollback' as const, 'keep' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('verify' as const),
      functions,
      logs: fc.constantFrom('keep' as const, 'deny' as const),
      key,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      functions,
      restoreFile: fc.boolean(),
    }),
  },
)

/** Calls that decide something: of IAM's all, of the others' those around a write. */
const OPERATIONS = [
  'SimulatePrincipalPolicy',
  'GetRole',
  'ListRolePolicies',
  'GetRolePolicy',
  'ListAttachedRolePolicies',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'AttachRolePolicy',
  'DetachRolePolicy',
  'GetPolicyVersion',
  'CreatePolicyVersion',
  'SetDefaultPolicyVersion',
  'DeletePolicyVersion',
  'GetFunction',
  'ListFunctions',
  'ListAliases',
  'ListVersionsByFunction',
  'UpdateFunctionConfiguration',
  'Invoke',
  'FilterLogEvents',
  'DescribeLogStreams',
] as const

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'none' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('throws' as const), function: oneFunction }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('no-egress' as const), function: oneFunction }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'no-endpoint' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      operation: fc.constantFrom(...OPERATIONS),
      skip: fc.nat({ max: 4 }),
      how: fc.constantFrom(
        'denied' as const,
        'denied-always' as const,
        'server-error' as const,
        'lost-answer' as const,
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      call: fc.integer({ min: 1, max: 60 }),
      moment: fc.constantFrom('before' as const, 'after' as const),
      post: fc.boolean(),
    }),
  },
)

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('run' as const), run, trouble }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('two-runs' as const), runs: fc.tuple(run, run) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('deploy' as const),
      function: oneFunction,
      resets: fc.constantFrom('layers' as const, 'variables' as const, 'both' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('publish' as const), function: oneFunction }),
  },
)

const right = fc.constantFrom<LogRight[]>('aws-managed', 'inline', 'shared-policy')

export const sequences: fc.Arbitrary<Sequence> = fc.record({
  start: fc.record({ rights: fc.tuple(right, right), aliased: fc.subarray([...NAMES]) }),
  happenings: fc.array(happening, { minLength: 3, maxLength: 8, size: 'max' }),
})

/** One line for each happening, and one for the start. */
export function textOf({ start, happenings }: Sequence): readonly string[] {
  const [ab, cd] = start.rights
  const aliased = start.aliased.length > 0 ? `; aliases on ${start.aliased.join(', ')}` : ''
  return [
    `start: a and b may log by ${ab}, c and d by ${cd}${aliased}`,
    ...happenings.map(happeningText),
  ]
}

export function happeningText(happening: Happening): string {
  switch (happening.kind) {
    case 'run': {
      const trouble = troubleText(happening.trouble)
      return `${runText(happening.run)}${trouble === '' ? '' : `; ${trouble}`}`
    }
    case 'two-runs':
      return `at once: ${happening.runs.map(runText).join(' | ')}`
    case 'deploy':
      return `deploy of ${happening.function} resets ${happening.resets === 'both' ? 'layers and variables' : happening.resets}`
    case 'publish':
      return `publish ${happening.function}, and move its alias there`
  }
}

function runText(run: Run): string {
  const on = `${run.kind} ${run.functions.join(', ')}`
  switch (run.kind) {
    case 'apply':
      return `${on} (logs ${run.logs}, key ${run.key}${run.onFailure === 'keep' ? ', on-failure keep' : ''})`
    case 'verify':
      return `${on} (logs ${run.logs}, key ${run.key})`
    case 'remove':
      return `${on}${run.restoreFile ? ' (with the last restore file)' : ''}`
  }
}

function troubleText(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'none':
      return ''
    case 'throws':
      return `the handler of ${trouble.function} throws`
    case 'no-egress':
      return `${trouble.function} has no route out`
    case 'no-endpoint':
      return 'nothing listens at the endpoint'
    case 'fault':
      return `${trouble.operation} ${trouble.how}${trouble.skip > 0 ? ` after ${String(trouble.skip)}` : ''}`
    case 'kill':
      return `killed ${trouble.moment} call ${String(trouble.call)}, ${trouble.post ? 'then post' : 'no post'}`
  }
}
