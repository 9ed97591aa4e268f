import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { createHasher } from '../../src/adapters/hasher.ts'
import { createSandbox, type SandboxSettings } from '../../src/sandbox/index.ts'
import type { Log } from '../../src/server/app.ts'
import { type AuthServer, type AuthServerSettings, createAuthServer } from '../../src/server/index.ts'
import type { RunningServer } from '../../src/server/server.ts'

/** argon2id like everywhere, as light as it gets. */
export const lightHasher = createHasher({ memoryKiB: 8, passes: 1, maxQueueLength: 10_000 })

/** Where the frontend of the examples is: mailed links and redirects lead there. */
export const webUrls: Partial<Record<VariantName, string>> = {
  bkend: 'https://app.example.com',
  openfactory: 'https://factory.example.org',
}

/** A production server in memory that hashes fast, logs into `lines`, and ends with the test. */
export async function openServer(
  name: VariantName,
  settings: Partial<AuthServerSettings> = {},
): Promise<AuthServer & { lines: LogLine[] }> {
  const { log, lines } = captureLog()
  const server = await createAuthServer(name, {
    ...neededInProduction(),
    hasher: lightHasher,
    log,
    ...settings,
  })
  onTestFinished(() => server.close())
  return { ...server, lines }
}

/** What a production server has no defaults for. */
const neededInProduction = () => ({
  store: ':memory:',
  publicUrl: 'http://localhost:4000',
  webUrl: 'http://localhost:3000',
  secrets: [randomBytes(32).toString('base64url')],
  mail: { deliver: async () => {} },
})

export interface LogLine {
  level: keyof Log
  message: string
  [field: string]: unknown
}

/** A log that can be looked at. */
export function captureLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = []
  const write = (level: keyof Log) => (fields: object, message: string) => {
    lines.push({ ...fields, level, message })
  }
  return { log: { info: write('info'), warn: write('warn'), error: write('error') }, lines }
}

export type TestSettings = SandboxSettings & { mode?: 'development' | 'production' }

export interface TestSandbox extends RunningServer {
  name: VariantName
  lines: LogLine[]
  /** Calls a path below the sandbox; a body is sent as JSON. */
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>
  /** Uses a development control. @returns its answer @throws {Error} when it refuses */
  control: <Result = unknown>(name: string, body?: unknown) => Promise<Result>
}

/**
 * A sandbox in memory that hashes fast, logs nothing, and ends with the test.
 * @param settings.mode `production` for the server without anything of the sandbox
 */
export async function openSandbox(
  name: VariantName,
  { mode = 'development', ...settings }: TestSettings = {},
): Promise<TestSandbox> {
  const { log, lines } = captureLog()
  const webUrl = webUrls[name]
  const own = { hasher: lightHasher, log, ...(webUrl !== undefined && { webUrl }), ...settings }
  const sandbox = await (mode === 'production'
    ? createAuthServer(name, { ...neededInProduction(), ...own })
    : createSandbox(name, own))
  onTestFinished(() => sandbox.close())
  const call: TestSandbox['call'] = async (method, path, body, headers = {}) =>
    sandbox.fetch(
      new Request(sandbox.publicUrl + path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
      { ip: '192.0.2.1' },
    )
  return {
    ...sandbox,
    name,
    lines,
    call,
    async control(name, body) {
      const answer = await call(body === undefined ? 'GET' : 'POST', `/__dev/${name}`, body)
      const text = await answer.text()
      if (!answer.ok) throw new Error(`/__dev/${name} answered ${answer.status}: ${text}`)
      return text ? JSON.parse(text) : undefined
    },
  }
}
