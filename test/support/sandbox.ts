import { onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { createHasher } from '../../src/adapters/hasher.ts'
import type { Log } from '../../src/server/app.ts'
import { createSandbox, type Sandbox, type Settings } from '../../src/server/server.ts'

/** argon2id like everywhere, as light as it gets. */
export const lightHasher = createHasher({ memoryKiB: 8, passes: 1, waiting: 10_000 })

/** Where the frontend of the examples is: mailed links and redirects lead there. */
export const webUrls: Partial<Record<VariantName, string>> = {
  bkend: 'https://app.example.com',
  openfactory: 'https://factory.example.org',
}

export interface Line {
  level: keyof Log
  message: string
  [field: string]: unknown
}

/** A log that can be looked at. */
export function listeningLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = []
  const write = (level: keyof Log) => (fields: object, message: string) => {
    lines.push({ ...fields, level, message })
  }
  return { log: { info: write('info'), warn: write('warn'), error: write('error') }, lines }
}

export interface TestSandbox extends Sandbox {
  name: VariantName
  lines: Line[]
  /** Calls a path below the sandbox; a body is sent as JSON. */
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>
  /** Uses a development control. @returns its answer @throws {Error} when it refuses */
  control: <Result = unknown>(name: string, body?: unknown) => Promise<Result>
}

/** A sandbox in memory that hashes fast, says nothing, and ends with the test. */
export async function openSandbox(name: VariantName, settings: Settings = {}): Promise<TestSandbox> {
  const { log, lines } = listeningLog()
  const webUrl = webUrls[name]
  const sandbox = await createSandbox(name, {
    hasher: lightHasher,
    log,
    ...(webUrl !== undefined && { webUrl }),
    ...settings,
  })
  onTestFinished(() => sandbox.close())
  const call: TestSandbox['call'] = async (method, path, body, headers = {}) =>
    sandbox.fetch(
      new Request(sandbox.publicUrl + path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
      { address: '192.0.2.1' },
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
