/** What others may do to the function `orders` and its role while a step is at work on them: one change each. */

import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import type { FunctionView, LocalAws } from '../../local/aws/local-aws'
import type { StackWorld } from './stack-world'
import type { Inputs } from './disturbed-step'
import { OTHER_RUNS, type OtherRun } from './other-runs'

export interface Outsider {
  readonly title: string
  /** It can be done, as things are at that moment. */
  readonly can?: (aws: LocalAws) => boolean
  readonly act: (world: StackWorld, inputs: Inputs) => Promise<OtherRun | undefined> | undefined
  /** It is a run of this action, with these inputs. */
  readonly run?: (inputs: Inputs) => Inputs
  /** It goes on beside the step; otherwise the call of the step waits until it has ended. */
  readonly isBeside?: boolean
  /** Rotel is not what the step has made of it any more, or the function is gone. */
  readonly undoes?: boolean
  /** Its log is another one, which no edit of the step reaches. */
  readonly movesLogs?: boolean
  /** Its new role may read no secret, whatever this action gives to the former one. */
  readonly movesRole?: boolean
  /** The role may no longer read what this action has let it read: only what the step reads afterwards tells. */
  readonly withdraws?: boolean
  /** What they change is a policy of this action. */
  readonly isOfOurPolicy?: boolean
  /** A variable of this action that has their value now. */
  readonly edits?: string
  /** What the step has to read to learn of it; by default the function. */
  readonly isSeenBy?: RegExp
  /** Its alias leads to a version of theirs. */
  readonly movesAlias?: boolean
}

const NAME = 'orders'
const ROLE = 'orders-role'
export const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
const ATTACHED = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess'
const UPDATE_MS = 200

/** Calls that an outsider allows; nobody may take them away again. */
export const PROBES = ['s3:GetObject', 'dynamodb:GetItem', 'sqs:SendMessage', 'sqs:ReceiveMessage']

const isOurs = (variable: string) => /^(ROTEL_|OTEL_|CLICKSTACK_LAMBDA$)/.test(variable)
const isRotel = (layer: string) => /:layer:(\w+-)*rotel-extension-/.test(layer)

/** `undefined`: it is deleted. */
export function functionNow({ lambda }: LocalAws): FunctionView | undefined {
  return lambda.list().find(({ name }) => name === NAME)
}

/** What of the function is not this action's. */
export function foreignOf(aws: LocalAws) {
  const latest = functionNow(aws)
  if (latest === undefined) return undefined
  const { variables, layers, description, timeoutSeconds, runtime, role, logGroup } = latest
  return {
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => !isOurs(name))),
    layers: layers.filter((layer) => !isRotel(layer)),
    description,
    timeoutSeconds,
    runtime,
    role,
    logGroup,
  }
}

/** What of the function is this action's. */
export function oursOf(aws: LocalAws): Ours {
  return oursIn(functionNow(aws) ?? { variables: {}, layers: [] })
}

export interface Ours {
  readonly variables: Readonly<Record<string, string>>
  readonly layers: readonly string[]
}

export function oursIn({ variables, layers }: Ours): Ours {
  return {
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => isOurs(name))),
    layers: layers.filter(isRotel),
  }
}

/** What of the role is not about logs: attached policies that this action does not know, and what it may do. */
export function foreignRightsOf({ iam }: LocalAws) {
  const { arn, attached } = iam.get(ROLE)
  return {
    attached: attached.filter((policy) => policy === ATTACHED),
    allowed: PROBES.filter((action) => iam.decide(arn, action, '*') === 'allowed'),
  }
}

function allowing(action: string) {
  return { Sid: 'Theirs', Effect: 'Allow', Action: action, Resource: '*' }
}

interface Document {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[]
}

function withStatement(document: string, action: string): string {
  const parsed = JSON.parse(document) as Document
  return JSON.stringify({ ...parsed, Statement: [...parsed.Statement, allowing(action)] })
}

/** Without the action, and without the statements that have no other. */
function withoutAction(document: string, action: string): string {
  const parsed = JSON.parse(document) as Document
  const statements = parsed.Statement.flatMap((statement) => {
    const left = [statement.Action].flat().filter((one) => one !== action)
    return left.length === 0 ? [] : [{ ...statement, Action: left }]
  })
  return JSON.stringify({ ...parsed, Statement: statements })
}

/** A policy without statements is none. */
function hasMoreThan(document: string | undefined, action: string): boolean {
  return document !== undefined && /"Action"/.test(withoutAction(document, action))
}

const inlineOf = ({ iam }: LocalAws) => iam.get(ROLE).inline['own']

const managedOf = ({ iam }: LocalAws) =>
  iam.get(ROLE).attached.find((one) => one.endsWith('/logging'))

function managedDocumentOf(aws: LocalAws): string | undefined {
  const arn = managedOf(aws)
  if (arn === undefined) return undefined
  const { defaultVersion, versions } = aws.iam.policy(arn)
  return versions[defaultVersion]
}

async function versionManaged(aws: LocalAws, edit: (document: string) => string): Promise<void> {
  const arn = managedOf(aws)
  if (arn === undefined) return
  const { defaultVersion, versions } = aws.iam.policy(arn)
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }
  const iam = new IAMClient({ endpoint: aws.url, region: aws.region, credentials })
  const spare = Object.keys(versions).find((version) => version !== defaultVersion)
  if (spare !== undefined && Object.keys(versions).length >= 5) {
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: spare }))
  }
  await iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn: arn,
      PolicyDocument: edit(versions[defaultVersion] ?? ''),
      SetAsDefault: true,
    }),
  )
  iam.destroy()
}

function changing(
  title: string,
  change: (aws: LocalAws) => Parameters<LocalAws['lambda']['changeAsSomebodyElse']>[1],
  more: Partial<Outsider> = {},
): Outsider {
  return {
    title,
    ...more,
    act({ aws }) {
      aws.lambda.changeAsSomebodyElse(NAME, { ...change(aws), updateMs: UPDATE_MS })
      return undefined
    },
  }
}

const HEADERS = 'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS'
const THEIR_HEADER = ',x-theirs=1'

/** Whether the variable of an outsider that edits one has their value. */
export function isTheirs(variables: Readonly<Record<string, string>>): boolean {
  return variables[HEADERS]?.endsWith(THEIR_HEADER) === true
}

/** Inline policies that this action has written. */
function ownPoliciesOf({ iam }: LocalAws): readonly (readonly [string, string])[] {
  return Object.entries(iam.get(ROLE).inline).filter(([name]) =>
    name.startsWith('ClickStackLambda-'),
  )
}

/** Asked before whatever rests on the policies of the role. */
const READS_OF_ROLE = /^(SimulatePrincipalPolicy|GetRolePolicy|ListRolePolicies)$/

/** They change what this action has written. */
const MEDDLERS: readonly Outsider[] = [
  changing(
    'edits a variable of this action',
    ({ lambda }) => {
      const { variables } = lambda.get(NAME)
      return {
        variables: { ...variables, [HEADERS]: `${variables[HEADERS] ?? ''}${THEIR_HEADER}` },
      }
    },
    // Lists of functions are read to learn who has the role.
    {
      edits: HEADERS,
      isSeenBy: /^(GetFunction|UpdateFunctionConfiguration)$/,
      can: (aws) => functionNow(aws)?.variables[HEADERS] !== undefined,
    },
  ),
  changing(
    'removes the layer of Rotel',
    ({ lambda }) => ({ layers: lambda.get(NAME).layers.filter((layer) => !isRotel(layer)) }),
    { undoes: true, can: (aws) => functionNow(aws)?.layers.some(isRotel) === true },
  ),
  {
    title: 'adds a statement to a policy of this action',
    isOfOurPolicy: true,
    can: (aws) => ownPoliciesOf(aws).length > 0,
    act({ aws }) {
      const putInline = Object.fromEntries(
        ownPoliciesOf(aws).map(([name, document]) => [
          name,
          withStatement(document, 'sqs:SendMessage'),
        ]),
      )
      aws.iam.changeRoleAsSomebodyElse(ROLE, { putInline })
      return undefined
    },
  },
  {
    title: 'deletes the policies of this action',
    can: (aws) => ownPoliciesOf(aws).length > 0,
    act({ aws }) {
      const deleteInline = ownPoliciesOf(aws).map(([name]) => name)
      aws.iam.changeRoleAsSomebodyElse(ROLE, { deleteInline })
      return undefined
    },
    withdraws: true,
    isSeenBy: READS_OF_ROLE,
  },
]

export const OUTSIDERS: readonly Outsider[] = [
  ...MEDDLERS,
  changing('deploys code', () => ({ code: 'v2', description: 'v2' })),
  changing(
    'deploys a template, which resets variables and layers',
    (aws) => ({
      variables: { MODE: 'deployed', THEIRS: 'of the template' },
      layers: [aws.lambda.layers.publish({ name: 'of-the-template' })],
    }),
    { undoes: true },
  ),
  changing('edits a variable', ({ lambda }) => ({
    variables: { ...lambda.get(NAME).variables, MODE: 'edited' },
  })),
  changing('adds a variable', ({ lambda }) => ({
    variables: { ...lambda.get(NAME).variables, THEIRS: 'stays' },
  })),
  changing('removes a variable', ({ lambda }) => ({
    variables: Object.fromEntries(
      Object.entries(lambda.get(NAME).variables).filter(([name]) => name !== 'MODE'),
    ),
  })),
  changing('adds a layer', ({ lambda }) => ({
    layers: [lambda.layers.publish({ name: 'their-lib' }), ...lambda.get(NAME).layers],
  })),
  changing('removes a layer', ({ lambda }) => ({
    layers: lambda.get(NAME).layers.filter((layer) => !layer.includes(':layer:team-lib:')),
  })),
  changing('changes the timeout', () => ({ timeoutSeconds: 77 })),
  changing('changes the runtime', () => ({ runtime: 'python3.13' })),
  changing(
    'moves the function to another role',
    ({ iam }) => ({ role: iam.createRole({ name: 'their-role', attached: [BASIC] }).arn }),
    { movesLogs: true, movesRole: true },
  ),
  changing('changes the log group', () => ({ logGroup: '/their/logs' }), {
    movesLogs: true,
  }),
  {
    title: 'adds a statement to an inline policy that is narrowed',
    act({ aws }) {
      const own = inlineOf(aws) ?? '{"Version":"2012-10-17","Statement":[]}'
      const document = withStatement(own, 'sqs:SendMessage')
      aws.iam.changeRoleAsSomebodyElse(ROLE, { putInline: { own: document } })
      return undefined
    },
  },
  {
    title: 'adds an inline policy',
    act({ aws }) {
      const theirs = { Version: '2012-10-17', Statement: [allowing('sqs:SendMessage')] }
      aws.iam.changeRoleAsSomebodyElse(ROLE, { putInline: { theirs } })
      return undefined
    },
  },
  {
    title: 'adds a statement to a managed policy that is narrowed',
    async act({ aws }) {
      await versionManaged(aws, (document) => withStatement(document, 'sqs:ReceiveMessage'))
      return undefined
    },
  },
  {
    title: 'takes a permission out of an inline policy that is narrowed',
    can: (aws) => hasMoreThan(inlineOf(aws), 's3:GetObject'),
    act({ aws }) {
      const document = withoutAction(inlineOf(aws) ?? '', 's3:GetObject')
      aws.iam.changeRoleAsSomebodyElse(ROLE, { putInline: { own: document } })
      return undefined
    },
  },
  {
    title: 'takes a permission out of a managed policy that is narrowed',
    can: (aws) => hasMoreThan(managedDocumentOf(aws), 'dynamodb:GetItem'),
    async act({ aws }) {
      await versionManaged(aws, (document) => withoutAction(document, 'dynamodb:GetItem'))
      return undefined
    },
  },
  {
    title: 'deletes an inline policy that is narrowed',
    can: (aws) => inlineOf(aws) !== undefined,
    act({ aws }) {
      aws.iam.changeRoleAsSomebodyElse(ROLE, { deleteInline: ['own'] })
      return undefined
    },
  },
  {
    title: 'detaches a managed policy that is narrowed',
    can: (aws) => managedOf(aws) !== undefined,
    act({ aws }) {
      aws.iam.changeRoleAsSomebodyElse(ROLE, { detach: [managedOf(aws) ?? ''] })
      return undefined
    },
  },
  {
    title: 'attaches a managed policy',
    act({ aws }) {
      aws.iam.changeRoleAsSomebodyElse(ROLE, { attach: [ATTACHED] })
      return undefined
    },
  },
  {
    title: 'publishes a version',
    act({ aws }) {
      aws.lambda.publishVersion(NAME)
      return undefined
    },
  },
  {
    title: 'moves the alias',
    can: ({ lambda }) => lambda.get(NAME).aliases['live'] !== undefined,
    act({ aws }) {
      aws.lambda.changeAsSomebodyElse(NAME, { description: 'moved' })
      aws.lambda.setAlias(NAME, 'live', aws.lambda.publishVersion(NAME))
      return undefined
    },
    movesAlias: true,
  },
  {
    title: 'deletes the function',
    undoes: true,
    act({ aws }) {
      aws.lambda.deleteFunction(NAME)
      return undefined
    },
  },
  ...OTHER_RUNS,
]
