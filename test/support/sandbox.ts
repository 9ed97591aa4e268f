import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { createHasher } from '../../src/adapters/hasher.ts'
import { createSandbox, type SandboxSettings } from '../../src/sandbox/index.ts'
import type { Log } from '../../src/server/app.ts'
import { type AuthServer, type AuthServerSettings, createAuthServer } from '../../src/server/index.ts'
import type { RunningServer } from '../../src/server/server.ts'
import { factsOf } from './facts.ts'

/** An argon2id hasher with the smallest parameters, to make tests fast. */
export const lightHasher = createHasher({ memoryKiB: 8, passes: 1, maxQueueLength: 10_000 })

/** Opens a production server in memory that hashes fast, logs into `lines`, and is closed after the test. */
export async function openServer(
  name: VariantName,
  settings: Partial<AuthServerSettings> = {},
): Promise<AuthServer & { lines: LogLine[] }> {
  const { log, lines } = captureLog()
  const server = await createAuthServer(name, {
    ...requiredInProduction(),
    hasher: lightHasher,
    log,
    ...settings,
  })
  onTestFinished(() => server.close())
  return { ...server, lines }
}

/** The settings without defaults in production. */
const requiredInProduction = () => ({
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

/** Creates a log that collects its lines. */
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
  /**
   * Calls a development control.
   * @returns the parsed body of the response
   * @throws {Error} when the status is not successful
   */
  control: <Result = unknown>(name: string, body?: unknown) => Promise<Result>
}

/**
 * Opens a sandbox in memory that has rate limits, hashes fast and logs into `lines`. Closed after the test.
 * @param settings.mode `production` opens a production server without any feature of the sandbox
 */
export async function openSandbox(
  name: VariantName,
  { mode = 'development', ...settings }: TestSettings = {},
): Promise<TestSandbox> {
  const { log, lines } = captureLog()
  const { webUrl } = await factsOf(name)
  const merged = {
    hasher: lightHasher,
    log,
    ...(webUrl !== undefined && { webUrl }),
    ...settings,
    operator: { rateLimits: true, ...settings.operator },
  }
  const sandbox = await (mode === 'production'
    ? createAuthServer(name, { ...requiredInProduction(), ...merged })
    : createSandbox(name, merged))
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
      const response = await call(body === undefined ? 'GET' : 'POST', `/__dev/${name}`, body)
      const text = await response.text()
      if (!response.ok) throw new Error(`/__dev/${name} responded with ${response.status}: ${text}`)
      return text ? JSON.parse(text) : undefined
    },
  }
}
