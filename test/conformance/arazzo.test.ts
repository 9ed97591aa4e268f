import { existsSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { listen } from '../../src/server/listen.ts'
import { failedSteps } from '../support/respect.ts'
import { lightHasher } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'

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

const withFlows = servedNames.filter((name) =>
  existsSync(new URL(`../../openapi/${name}/flows.arazzo.yaml`, import.meta.url)),
)

describe.each(withFlows)('%s', (variant) => {
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
