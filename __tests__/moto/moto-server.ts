/**
 * moto, another implementation of AWS than ours: `suite` runs the tests against a server of its own. It is not on npm, so
 * jest.config.js takes these tests in only where moto_server is on the PATH.
 */

import { spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe } from '@jest/globals'

const START_LIMIT_MS = 50_000

/** @param tests declares them; AWS_ENDPOINT_URL leads to moto while they run */
export function suite(name: string, tests: () => void): void {
  describe(name, () => {
    const before = { ...process.env }
    let end: (() => Promise<void>) | undefined
    beforeAll(async () => {
      const moto = await start()
      end = moto.end
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: moto.url,
        AWS_ACCESS_KEY_ID: 'id',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_REGION: 'us-east-1',
      })
    }, START_LIMIT_MS)
    afterAll(async () => {
      process.env = before
      await end?.()
    })
    tests()
  })
}

async function start(): Promise<{ readonly url: string; readonly end: () => Promise<void> }> {
  const port = await freePort()
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const running = () => server.exitCode === null && server.signalCode === null
  const url = `http://127.0.0.1:${String(port)}`
  const end = async () => {
    server.kill('SIGTERM')
    await ended
  }
  const limit = Date.now() + START_LIMIT_MS
  while (running() && Date.now() < limit) {
    if (await answers(`${url}/moto-api/data.json`)) return { url, end }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await end()
  throw new Error('moto_server did not start')
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
