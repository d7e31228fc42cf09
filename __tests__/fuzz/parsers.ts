/**
 * All that reads what others wrote, each with right examples: logs, policies, variables, markers, files of earlier steps,
 * release notes, ARNs, and what makes text fit to be shown.
 */

import { denialReason } from '../../src/model/denial'
import { parseArn } from '../../src/model/arn'
import { parseJson } from '../../src/model/json'
import { readMarker, writeMarker } from '../../src/model/ownership'
import { asPartOfALine, formsOf, withoutEchoes, withoutValues } from '../../src/model/redaction'
import { planAttachment } from '../../src/pipeline/plan/plan'
import { parseRestoreLines } from '../../src/pipeline/roles/restore-file'
import { matchesPattern } from '../../src/pipeline/select/pattern'
import { reportIn } from '../../src/pipeline/smoke-test/tail'
import { smokeVerdict } from '../../src/pipeline/smoke-test/verdict'
import { ownLines } from '../../src/pipeline/verify/own-lines'
import { block, code, plain, prose, withoutReferences } from '../../src/report/markdown'
import { conclude } from '../../src/systems/clickstack/conclude-answer'
import { searchLink, traceLink, uiOrigin } from '../../src/systems/clickstack/deep-links'
import type { ExportTarget } from '../../src/systems/clickstack/endpoint'
import { globCovers, globReachesPart, globsOverlap, matchesGlob } from '../../src/systems/iam/glob'
import { mayAllow } from '../../src/systems/iam/may-allow'
import { planNarrowing } from '../../src/systems/iam/narrow'
import { isOwned, withOwnDeny, withoutOwnLogWrites } from '../../src/systems/iam/owned-policy'
import { parsePolicyArn } from '../../src/systems/iam/policy-arn'
import {
  canonicalStatement,
  meansTheSame,
  parsePolicyDocument,
  printPolicyDocument,
} from '../../src/systems/iam/policy-document'
import { completedArn } from '../../src/systems/iam/resource-pattern'
import { addsOnlyLogWrites, undoDocument } from '../../src/systems/iam/restore-document'
import { parseRoleArn } from '../../src/systems/iam/role-arn'
import { trustedPrincipals } from '../../src/systems/iam/trust-policy'
import { parseFunctionArn, parseQualifiedArn } from '../../src/systems/lambda/function-arn'
import { parseLayerArn } from '../../src/systems/lambda/layer-arn'
import { configurationFault } from '../../src/systems/rotel/configuration-fault'
import { crashIn } from '../../src/systems/rotel/crashes'
import { exportFailureIn } from '../../src/systems/rotel/export-failures'
import { readRotelLine, shownPart } from '../../src/systems/rotel/messages'
import { faultOfOption, optionKind } from '../../src/systems/rotel/options'
import { latestVersions } from '../../src/systems/rotel/releases'
import { askableAccess, letsRead } from '../../src/systems/rotel/secret-access'
import {
  partsBesideReferences,
  readSecretValue,
  referencesIn,
} from '../../src/systems/rotel/secret-reference'
import { secretParts } from '../../src/systems/rotel/settings'
import { deliveryFault, smallBatches } from '../../src/systems/rotel/silent-loss'
import { driftOf } from '../../src/systems/templates/drift'
import { ownerOf } from '../../src/systems/templates/owner'
import { aFunction, SOME_CONTEXT, someWanted } from '../core/support/functions'
import { readJournal } from '../core/support/journal'
import { roleArn } from '../edges/values'
import { RECORDINGS } from '../rotel/recordings'

export interface Parser {
  readonly examples: readonly string[]
  /** Whether the time that it takes grows with the text is tested by parts, where a text of this kind cannot be long. */
  readonly longest?: number
  readonly parse: (text: string) => unknown
}

const GROUP = 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/orders'
const ROLE = roleArn('arn:aws:iam::123456789012:role/orders-role')
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack-AbCdEf'
const ID = '7f3c1a52-0b6e-4a58-9d0f-2c9b8e1d4f60'

const TAIL = [
  'INIT_START Runtime Version: nodejs:22.v1\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:a',
  ' INFO Starting Rotel.',
  'EXTENSION\tName: rotel-extension\tState: Ready\tEvents: [INVOKE, SHUTDOWN]',
  `START RequestId: ${ID} Version: $LATEST`,
  'a line of the function',
  'ERROR Failed to run agent. error="invalid KEY=value: no `=` found in `x`"',
  `END RequestId: ${ID}`,
  `REPORT RequestId: ${ID}\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 80 MB\tInit Duration: 300.1 ms\tStatus: error\tError Type: Runtime.ExitError`,
].join('\n')

const JSON_TAIL = [
  { time: '2026-01-01T00:00:00Z', type: 'platform.initReport', record: { status: 'error' } },
  { type: 'platform.extension', record: { name: 'rotel-extension', state: 'Ready' } },
  { level: 'ERROR', fields: { message: 'Failed to run agent.', error: 'InvalidPort' } },
  {
    type: 'platform.report',
    record: {
      requestId: ID,
      status: 'success',
      metrics: { durationMs: 1.5, billedDurationMs: 2, memorySizeMB: 128, maxMemoryUsedMB: 80 },
    },
  },
]
  .map((line) => JSON.stringify(line))
  .join('\n')

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Logs',
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:*', 's3:Get*'],
      Resource: [`${GROUP}:*`, 'arn:aws:logs:*:*:*', '${aws:username}'],
      Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    },
    { Effect: 'Deny', NotAction: 'iam:*', NotResource: '*' },
  ],
})

const TRUST = JSON.stringify({
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com', AWS: ['*'] } },
})

const RESTORE = JSON.stringify({
  format: 'clickstack-lambda-restore-2',
  role: ROLE.text,
  edit: { kind: 'put-inline', policy: 'own', before: POLICY, after: POLICY },
  reached: [
    {
      function: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
      role: ROLE.text,
      group: GROUP,
      allowedBefore: ['logs:PutLogEvents'],
    },
  ],
})

const NOTES = [
  '## Lambda Layer Versions by Region',
  '| Region | x86-64 | arm64 |',
  '|---|---|---|',
  '| us-east-1 | 8 | 8 |',
  '| eu-west-1 | 8 | N/A |',
].join('\n')

const FUNCTION = parseFunctionArn('arn:aws:lambda:eu-west-1:123456789012:function:orders')
const INVERSE = {
  layers: { before: ['a'], after: ['a', 'b'] },
  variables: [{ name: 'ROTEL_X', before: null, wrote: ['c2FsdA'] }],
  logFormat: { before: 'Text', after: 'JSON' },
}
const EDIT = { kind: 'put-inline', policy: 'own', before: POLICY, after: POLICY }
const JOURNAL = `${[
  { kind: 'run', account: '123456789012', partition: 'aws', salt: 'salt' },
  { kind: 'write', function: FUNCTION, inverse: INVERSE },
  { kind: 'write', function: FUNCTION, inverse: INVERSE },
  { kind: 'not-written', function: FUNCTION?.text },
  { kind: 'alias', move: { function: FUNCTION, alias: 'live', before: '1', after: '2' } },
  {
    kind: 'role',
    number: 1,
    change: {
      purpose: 'logs',
      role: ROLE,
      edit: EDIT,
      reached: [
        { function: FUNCTION, role: ROLE, group: GROUP, allowedBefore: ['logs:PutLogEvents *'] },
      ],
    },
  },
  {
    kind: 'role',
    number: 2,
    change: { purpose: 'secrets', role: ROLE, edit: EDIT, regions: ['eu-west-1'] },
  },
  { kind: 'restore', function: FUNCTION },
  { kind: 'settle', role: ROLE, regions: ['eu-west-1'] },
  { kind: 'settled', role: ROLE.text },
  { kind: 'ended', functions: [], changes: [2] },
]
  .map((line) => JSON.stringify(line))
  .join('\n')}\n`

/** Lines of the real extension, each kind a few times. */
const ROTEL_LINES = [
  ...new Set(RECORDINGS.flatMap(({ lines }) => lines).map((line) => line.slice(0, 300))),
].filter((_, at) => at % 9 === 0)

/** What functions have for Rotel, right and wrong. */
const VARIABLES = RECORDINGS.map(({ variables }) => JSON.stringify(variables)).filter(
  (_, at) => at % 7 === 0,
)

const MARKERS = [
  'v1;k=~OTLP_EXPORTER_ENDPOINT,~X;l=418653438961:rotel-extension-amd64',
  'v1;k=;l=;f=Text;i=184161586896:opentelemetry-nodejs;w=/opt/a%0041;c=remove,deny:/path/name,none',
]

const TARGET: ExportTarget = {
  endpoint: 'https://clickstack.example.com:4318',
  protocol: 'http',
  headers: new Map([['Authorization', 'key-0123456789']]),
}

/** Names and values out of a JSON object; of any other text, the text as the value of a variable that Rotel reads. */
function variablesIn(text: string): ReadonlyMap<string, string> {
  const json = parseJson(text)
  const entries =
    typeof json === 'object' && json !== null && !Array.isArray(json)
      ? Object.entries(json).map(([name, value]): [string, string] => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ])
      : [
          'ROTEL_OTLP_EXPORTER_ENDPOINT',
          'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS',
          'ROTEL_EXPORTERS',
          'RUST_LOG',
          'ROTEL_OTLP_GRPC_ENDPOINT',
          'AWS_LAMBDA_EXEC_WRAPPER',
          'CLICKSTACK_LAMBDA',
        ].map((name): [string, string] => [name, text])
  return new Map(entries)
}

export const PARSERS: Readonly<Record<string, Parser>> = {
  'the tail of an invocation': {
    examples: [TAIL, JSON_TAIL],
    parse: (tail) => {
      const invocation = {
        requestId: ID,
        executedVersion: '$LATEST',
        exitStatus: undefined,
        tail,
        endedAt: 0,
      }
      const failed = ['Extension.Crash', 'Runtime.ExitError', 'Sandbox.Timedout', undefined]
      return [
        smokeVerdict({ ...invocation, functionError: undefined, errorType: undefined }, false),
        ...failed.map((errorType) => {
          const verdict = smokeVerdict(
            { ...invocation, functionError: 'Unhandled', errorType },
            true,
          )
          return [verdict, ownLines(verdict.tail)]
        }),
        reportIn(tail),
      ]
    },
  },
  'a line of Rotel': {
    examples: ROTEL_LINES,
    parse: (text) => {
      const line = readRotelLine(text)
      return [line && shownPart(line), crashIn([text, text]), exportFailureIn([text])]
    },
  },
  'a policy': {
    examples: [POLICY, TRUST],
    parse: (text) => {
      const parsed = parsePolicyDocument(text)
      const printed = parsed.kind === 'document' && [
        printPolicyDocument(parsed.document),
        parsed.document.statements.map(canonicalStatement),
      ]
      return [
        printed,
        meansTheSame(text, POLICY),
        mayAllow([text], GROUP),
        letsRead(text, { arn: SECRET }),
        askableAccess(text),
        isOwned('deny-logs', text),
        withoutOwnLogWrites('grant-logs', text),
        withOwnDeny(text, GROUP),
        undoDocument(text, POLICY, text),
        undoDocument(POLICY, text, POLICY),
        addsOnlyLogWrites(POLICY, text, [GROUP]),
        planNarrowing(
          {
            arn: ROLE,
            trusted: [],
            inline: new Map([['own', text]]),
            attached: [],
          },
          new Map(),
          GROUP,
        ),
      ]
    },
  },
  'a trust policy': { examples: [TRUST], parse: trustedPrincipals },
  'a pattern in a policy': {
    examples: ['arn:aws:logs:*:*:log-group:/aws/lambda/*:*', '${aws:username}?*', 'logs:Put*'],
    // Of a policy, which has 10,240 characters at most (IAM quotas).
    longest: 2_000,
    parse: (text) => [
      matchesGlob(text, GROUP),
      globsOverlap(text, '*a*b?c*'),
      globReachesPart(text, GROUP),
      globCovers(`${GROUP}:*`, text),
      globCovers('arn:aws:logs:*:*:*', text),
      completedArn(text),
    ],
  },
  'a pattern of functions': {
    examples: ['orders-*', '*a*b*', '!x*'],
    parse: (text) => [matchesPattern(text, 'orders-a'), matchesPattern(text, 'a'.repeat(64))],
  },
  'variables of a function': {
    examples: VARIABLES,
    parse: (text) => {
      const variables = variablesIn(text)
      return [
        configurationFault(variables),
        deliveryFault(variables),
        smallBatches(variables),
        secretParts(variables),
        referencesIn(variables),
        planAttachment(aFunction({ variables }), someWanted(), SOME_CONTEXT),
        [...variables].map(([name, value]) => {
          const kind = optionKind(name)
          return kind && faultOfOption(kind, value)
        }),
      ]
    },
  },
  'a value with references to secrets': {
    examples: [SECRET, `Bearer \${${SECRET}#key}`, `secret://${SECRET}`],
    parse: (text) => [readSecretValue(text), partsBesideReferences(text)],
  },
  'the marker': {
    examples: MARKERS,
    parse: (text) => {
      const owned = readMarker(text)
      return owned === 'unreadable' ? owned : writeMarker(owned)
    },
  },
  'an ARN': {
    examples: [
      'arn:aws:lambda:eu-west-1:123456789012:function:orders:live',
      'arn:aws:lambda:eu-west-1:418653438961:layer:rotel-extension-amd64:7',
      ROLE.text,
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    ],
    parse: (text) => [
      parseArn(text),
      parseFunctionArn(text),
      parseQualifiedArn(text),
      parseLayerArn(text),
      parseRoleArn(text),
      parsePolicyArn(text),
    ],
  },
  'tags of a function': {
    examples: [
      JSON.stringify({ 'aws:cloudformation:stack-name': 'shop-prod', STAGE: 'prod' }),
      JSON.stringify({ ManagedBy: 'Terraform', 'lambda:createdBy': 'SAM' }),
    ],
    parse: (text) => {
      const tags = variablesIn(text)
      const fn = aFunction({ tags })
      return (['auto', 'cloudformation', 'terraform', 'none'] as const).map((iac) => [
        ownerOf({ tags }, iac),
        driftOf(fn, undefined, iac),
      ])
    },
  },
  'a journal': { examples: [JOURNAL], parse: readJournal },
  'a restore file': { examples: [`${RESTORE}\n${RESTORE}\n`], parse: parseRestoreLines },
  'release notes': {
    examples: [NOTES],
    parse: (notes) => {
      const release = { tag: 'v0.1.7', draft: false, prerelease: false, notes }
      return [
        latestVersions([release])('us-east-1', 'arm64'),
        latestVersions([{ ...release, tag: notes }, release])('__proto__', 'x86_64'),
      ]
    },
  },
  'the answer to an export': {
    examples: [
      '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"x"}}',
      '\n\u0002\u0012a',
    ],
    parse: (text) => {
      const body = Buffer.from(text, 'latin1')
      return [200, 400, 401, 404, 500, 302].flatMap((status) => [
        ...['application/json', 'application/x-protobuf', 'text/html'].map((contentType) =>
          conclude({ kind: 'http', status, contentType, body }, TARGET),
        ),
        conclude({ kind: 'grpc', status: status % 17, message: text, body }, TARGET),
        conclude({ kind: 'broken', code: text, message: text, received: body }, TARGET),
      ])
    },
  },
  'a text of AWS': {
    examples: [
      'User: arn:aws:iam::123456789012:user/a is not authorized to perform: lambda:GetFunction with an explicit deny in a service control policy',
      'String measured: {"A":"b"}',
      'see https://s3.amazonaws.com/x?X-Amz-Signature=a {b} q7z at 10.0.0.1',
    ],
    parse: (text) => [
      denialReason(text),
      withoutEchoes(text),
      withoutValues(text, ['q7z', 'a', 'b.c', 'long value', text.slice(0, 20)]),
      asPartOfALine(text),
      formsOf(text),
    ],
  },
  'text in Markdown': {
    examples: ['a `code` *b* <b>@team #1 https://github.com/a/b/issues/1', '```\n@a\n```\n@b'],
    parse: (text) => [
      plain(text),
      prose(text),
      code(text),
      block(text.split('\n')),
      withoutReferences(text),
    ],
  },
  'the address of HyperDX': {
    examples: ['https://hyperdx.example.com/api/v2', 'http://user:pass@h/'],
    parse: (text) => [
      uiOrigin('https://hyperdx.example.com', text),
      searchLink({ hyperDxUrl: text, functionName: text, fromMs: 0, toMs: 1 }),
      traceLink(text, text),
    ],
  },
}
