/**
 * Shell commands as a person runs them, against Local AWS: bash is the real one, jq the real one as WebAssembly from npm, and
 * `aws` a stand-in that knows the operations which this action prints, and refuses every other one and every option that it
 * does not know.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import * as iam from '@aws-sdk/client-iam'
import * as lambda from '@aws-sdk/client-lambda'
import type { LocalAws } from '../../local/aws/local-aws'

export interface ShellResult {
  readonly exitCode: number | null
  readonly output: string
}

/** Asks the test process, which holds the clients: a new one for each command would take a second. */
const STAND_IN = `#!/usr/bin/env node
const args = process.argv.slice(2)
fetch(process.env.AWS_STAND_IN, { method: 'POST', body: JSON.stringify({ args }) })
  .then((answer) => answer.json())
  .then(({ stdout, stderr, code }) => {
    process.stdout.write(stdout)
    process.stderr.write(stderr)
    process.exitCode = code
  })
`

const JQ = join(import.meta.dirname, 'jq.js')

/** Runs the commands in one bash, as if they were pasted: a command that fails does not end it. */
export async function inShell(aws: LocalAws, commands: string): Promise<ShellResult> {
  const folder = mkdtempSync(join(tmpdir(), 'clickstack-shell-'))
  writeFileSync(join(folder, 'aws'), STAND_IN, { mode: 0o755 })
  writeFileSync(join(folder, 'jq'), `#!/bin/sh\nexec node '${JQ}' "$@"\n`, { mode: 0o755 })
  const clients = clientsOf(aws)
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const { args } = JSON.parse(body) as { args: string[] }
      void answerTo(clients, args).then((answer) => response.end(JSON.stringify(answer)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  try {
    const child = spawn('bash', ['-c', commands], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
        AWS_STAND_IN: `http://127.0.0.1:${port}`,
      },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    }
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    return { exitCode, output }
  } finally {
    server.close()
    server.closeAllConnections()
    clients.lambda.destroy()
    clients.iam.destroy()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Clients {
  readonly lambda: lambda.LambdaClient
  readonly iam: iam.IAMClient
}

function clientsOf({ url, region }: LocalAws): Clients {
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }
  const options = { endpoint: url, region, credentials, maxAttempts: 1 }
  return { lambda: new lambda.LambdaClient(options), iam: new iam.IAMClient(options) }
}

type Options = ReadonlyMap<string, string>

/** By `service operation`: the call with these options. */
const OPERATIONS: Readonly<
  Record<string, (clients: Clients, options: Options) => Promise<object>>
> = {
  'lambda list-functions': async (clients, options) => {
    if (need(options, 'function-version') !== 'ALL') throw new Error('unknown: --function-version')
    const input = { FunctionVersion: 'ALL' } as const
    const Functions: lambda.FunctionConfiguration[] = []
    for await (const page of lambda.paginateListFunctions({ client: clients.lambda }, input)) {
      Functions.push(...(page.Functions ?? []))
    }
    return { Functions }
  },
  'lambda get-function': (clients, options) =>
    clients.lambda.send(
      new lambda.GetFunctionCommand({ FunctionName: need(options, 'function-name') }),
    ),
  'lambda update-function-configuration': (clients, options) =>
    clients.lambda.send(
      new lambda.UpdateFunctionConfigurationCommand(
        JSON.parse(
          need(options, 'cli-input-json'),
        ) as lambda.UpdateFunctionConfigurationCommandInput,
      ),
    ),
  'lambda get-alias': (clients, options) =>
    clients.lambda.send(
      new lambda.GetAliasCommand({
        FunctionName: need(options, 'function-name'),
        Name: need(options, 'name'),
      }),
    ),
  'lambda update-alias': (clients, options) =>
    clients.lambda.send(
      new lambda.UpdateAliasCommand({
        FunctionName: need(options, 'function-name'),
        Name: need(options, 'name'),
        FunctionVersion: need(options, 'function-version'),
      }),
    ),
  'iam get-role-policy': async (clients, options) => {
    const answer = await clients.iam.send(new iam.GetRolePolicyCommand(inlineOf(options)))
    return { ...answer, PolicyDocument: decoded(answer.PolicyDocument) }
  },
  'iam put-role-policy': (clients, options) =>
    clients.iam.send(
      new iam.PutRolePolicyCommand({
        ...inlineOf(options),
        PolicyDocument: need(options, 'policy-document'),
      }),
    ),
  'iam delete-role-policy': (clients, options) =>
    clients.iam.send(new iam.DeleteRolePolicyCommand(inlineOf(options))),
  'iam attach-role-policy': (clients, options) =>
    clients.iam.send(new iam.AttachRolePolicyCommand(attachedOf(options))),
  'iam detach-role-policy': (clients, options) =>
    clients.iam.send(new iam.DetachRolePolicyCommand(attachedOf(options))),
  'iam get-policy': (clients, options) =>
    clients.iam.send(new iam.GetPolicyCommand({ PolicyArn: need(options, 'policy-arn') })),
  'iam list-policy-versions': async (clients, options) => {
    const input = { PolicyArn: need(options, 'policy-arn') }
    const Versions: iam.PolicyVersion[] = []
    for await (const page of iam.paginateListPolicyVersions({ client: clients.iam }, input)) {
      Versions.push(...(page.Versions ?? []))
    }
    return { Versions }
  },
  'iam get-policy-version': async (clients, options) => {
    const answer = await clients.iam.send(new iam.GetPolicyVersionCommand(versionOf(options)))
    const { PolicyVersion: version } = answer
    return { PolicyVersion: { ...version, Document: decoded(version?.Document) } }
  },
  'iam set-default-policy-version': (clients, options) =>
    clients.iam.send(new iam.SetDefaultPolicyVersionCommand(versionOf(options))),
  'iam delete-policy-version': (clients, options) =>
    clients.iam.send(new iam.DeletePolicyVersionCommand(versionOf(options))),
}

function inlineOf(options: Options) {
  return { RoleName: need(options, 'role-name'), PolicyName: need(options, 'policy-name') }
}

function attachedOf(options: Options) {
  return { RoleName: need(options, 'role-name'), PolicyArn: need(options, 'policy-arn') }
}

function versionOf(options: Options) {
  return { PolicyArn: need(options, 'policy-arn'), VersionId: need(options, 'version-id') }
}

/** The AWS CLI shows documents as JSON, and IAM sends them encoded. */
function decoded(document: string | undefined): unknown {
  return JSON.parse(decodeURIComponent(document ?? 'null'))
}

function need(options: Options, name: string): string {
  const value = options.get(name)
  if (value === undefined) throw new Error(`--${name} is required`)
  return value
}

interface Answer {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

async function answerTo(
  clients: Clients,
  [service = '', operation = '', ...rest]: readonly string[],
): Promise<Answer> {
  try {
    const options = new Map<string, string>()
    for (let at = 0; at < rest.length; at += 2) {
      const name = rest[at] ?? ''
      if (!name.startsWith('--') || rest[at + 1] === undefined) throw new Error(`unknown: ${name}`)
      options.set(name.slice(2), rest[at + 1] ?? '')
    }
    const call = OPERATIONS[`${service} ${operation}`]
    if (call === undefined) throw new Error(`unknown: ${service} ${operation}`)
    const answer = { ...(await call(clients, options)), $metadata: undefined }
    const shown = (options.get('query') ?? '')
      .split('.')
      .filter((member) => member !== '')
      .reduce<unknown>((value, member) => (value as Record<string, unknown>)[member], answer)
    const isText = options.get('output') === 'text'
    return { stdout: `${isText ? String(shown) : JSON.stringify(shown)}\n`, stderr: '', code: 0 }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error('unknown')
    return { stdout: '', stderr: `${error.name}: ${error.message}\n`, code: 254 }
  }
}
