import { afterAll } from 'vitest'
import type { VariantName } from '../../../generated/index.ts'
import { bareEnv, start, temporaryFolder } from '../child.ts'
import { production } from '../production.ts'
import { openOperator } from './operator.ts'

export const program = 'src/cli/auth-contracts.js'

let operator: ReturnType<typeof openOperator> | undefined

/** Stops the shared process after the tests. Call this in each file that uses `openData`. */
export function shareProcess(): void {
  afterAll(async () => {
    await operator?.close()
    operator = undefined
  })
}

/** Runs a command in the process that all commands of a test file share. */
async function runShared(args: string[], env: Record<string, string>, input: string) {
  operator ??= openOperator()
  return operator.run({ args, env: { ...bareEnv, ...env }, input })
}

/** Runs a command in a separate process, which also checks that it exits. */
async function runAlone(args: string[], env: Record<string, string>, input: string) {
  const child = start(args, env, program, { input })
  return { code: await child.ended, output: child.output() }
}

/**
 * Creates a folder for the data of an API, with admin commands and production servers that use it.
 * @param options.alone runs each command in a separate process
 */
export async function openData(
  api: VariantName,
  env: Record<string, string> = {},
  { alone = false }: { alone?: boolean } = {},
) {
  const folder = await temporaryFolder()
  const settings = { ...production, PUBLIC_URL: 'http://localhost:4020', ...env }

  /** Runs a command, and separates the audit log from the other output. */
  async function admin(command: string, args: string[] = [], input = '') {
    const all = ['admin', command, api, '--data', folder, ...args]
    const { code, output } = await (alone ? runAlone : runShared)(all, env, input)
    const lines = output.trim().split('\n')
    return {
      code,
      text: lines.filter((line) => !line.includes('"msg":"audit"')).join('\n'),
      audit: lines.filter((line) => line.includes('"msg":"audit"')).map((line) => JSON.parse(line)),
    }
  }

  return {
    folder,
    file: `${folder}/${api}.db`,
    admin,
    /**
     * Runs a command with `--json`.
     * @throws {Error} if it fails
     */
    async adminJson(command: string, args: string[] = [], input = '') {
      const { code, text } = await admin(command, [...args, '--json'], input)
      if (code !== 0) throw new Error(text)
      return JSON.parse(text)
    },
    async serve(args: string[] = [], more: Record<string, string> = {}) {
      const all = ['serve', api, '--production', '--port', '0', '--data', folder, ...args]
      const server = start(all, { ...settings, ...more }, program)
      const [, url = ''] = await server.prints(/"listening":"(.+?)"/)
      await server.prints(/"msg":"ready"/)
      return { ...server, at: url }
    },
  }
}

export interface ApiResponse {
  status: number
  body: Awaited<ReturnType<Response['json']>>
}

export async function send(
  at: string,
  {
    method,
    path,
    body,
    headers = {},
  }: { method: string; path: string; body?: unknown; headers?: Record<string, string> },
): Promise<ApiResponse> {
  const response = await fetch(at + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : undefined }
}

export const ada = { email: 'ada@example.org', password: 'nanoseconds-of-wire-30', name: 'Ada' }
