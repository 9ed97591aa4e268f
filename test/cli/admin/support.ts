import type { VariantName } from '../../../generated/index.ts'
import { start, temporaryFolder } from '../child.ts'
import { production } from '../production.ts'

export const program = 'src/cli/auth-contracts.js'

/** Data of an API, its operator's command line, and servers in production mode on it. */
export async function openData(api: VariantName, env: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  const settings = { ...production, PUBLIC_URL: 'http://localhost:4020', ...env }

  /** @returns exit code, standard output and what was said about a mistake */
  async function admin(command: string, args: string[] = [], input = '') {
    const child = start(['admin', command, api, '--data', folder, ...args], env, program, { input })
    const code = await child.ended
    const lines = child.output().trim().split('\n')
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
    /** Like `admin`, for programs. @throws {Error} when it fails */
    async told(command: string, args: string[] = [], input = '') {
      const { code, text } = await admin(command, [...args, '--json'], input)
      if (code !== 0) throw new Error(text)
      return JSON.parse(text)
    },
    async serve(args: string[] = [], more: Record<string, string> = {}) {
      const all = ['serve', api, '--production', '--port', '0', '--data', folder, ...args]
      const server = start(all, { ...settings, ...more }, program)
      const [, at = ''] = await server.prints(/"listening":"(.+?)"/)
      await server.prints(/"msg":"ready"/)
      return { ...server, at }
    },
  }
}

export interface Answer {
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
): Promise<Answer> {
  const answer = await fetch(at + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text ? JSON.parse(text) : undefined }
}

export const ada = { email: 'ada@example.org', password: 'nanoseconds-of-wire-30', name: 'Ada' }
