import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type VariantName, variantNames } from '../../generated/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { listen } from '../../src/server/listen.ts'
import { lightHasher } from '../support/sandbox.ts'

const root = resolve(import.meta.dirname, '../..')
const silent = { info: () => {}, warn: () => {}, error: () => {} }

/** @param change replaces responses, to plant a fault */
async function startSandbox(
  variant: VariantName,
  change: (response: Response, path: string) => Response = (response) => response,
): Promise<string> {
  const sandbox = await createSandbox(variant, { hasher: lightHasher, log: silent })
  const server = await listen(
    async (request, connection) =>
      change(await sandbox.fetch(request, connection), new URL(request.url).pathname),
    { host: '127.0.0.1', port: 0 },
  )
  onTestFinished(async () => {
    await server.close()
    await sandbox.close()
  })
  return server.url
}

/** Runs all workflows. Returns the names of the steps that failed. */
async function failedSteps(variant: VariantName, url: string): Promise<string[]> {
  const inputs = {
    run: randomBytes(4).toString('hex'),
    password: 'nanoseconds-of-wire-30',
    newPassword: 'sketch-of-the-engine-4',
    apiKey: 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    name: 'Guest of Arazzo',
  }
  const { failed, output } = await redocly([
    ...['respect', `openapi/${variant}/flows.arazzo.yaml`],
    ...['-S', `${variant}=${url}`, '-S', `controls=${url}`],
    ...Object.entries(inputs).flatMap(([name, value]) => ['-i', `${name}=${value}`]),
  ])
  const steps = [...output.matchAll(/✗ \w+ \S+ - step (\w+)/g)].map(([, step = '']) => step)
  if (failed !== steps.length > 0) throw new Error(`The command and its output disagree:\n${output}`)
  return steps
}

function redocly(args: string[]): Promise<{ failed: boolean; output: string }> {
  const command = [join(root, 'node_modules/@redocly/cli/bin/cli.js'), ...args]
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off' }
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    )
  })
}

describe.each(variantNames)('%s', (variant) => {
  it('completes every journey of its Arazzo document on the sandbox', async () => {
    expect(await failedSteps(variant, await startSandbox(variant))).toEqual([])
  })
})

describe('a broken server', () => {
  it('fails at the step that it breaks', async () => {
    const url = await startSandbox('bedrud', (response, path) =>
      path === '/api/auth/guest-login'
        ? new Response('{}', { status: 500, headers: response.headers })
        : response,
    )
    expect(await failedSteps('bedrud', url)).toEqual(['signInAsGuest'])
  })
})
