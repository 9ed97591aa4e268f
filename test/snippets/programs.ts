import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { generateCode, type LanguageId, loadFlows } from '../../src/snippets/index.ts'
import { serveSandbox } from '../support/served-sandbox.ts'
import { contractOf } from './operations.ts'

/** The end of a program. */
export interface Ended {
  exitCode: number | null
  output: string
}

/** How to run a file of a language. */
const commands: Record<LanguageId, { extension: string; command: string[] }> = {
  fetch: { extension: 'ts', command: [process.execPath] },
  client: {
    extension: 'ts',
    command: [process.execPath, '--import', join(import.meta.dirname, 'support/resolve-client.setup.ts')],
  },
  curl: { extension: 'sh', command: ['bash'] },
  python: { extension: 'py', command: ['python3', join(import.meta.dirname, 'support/run-file.py')] },
}

/**
 * Starts a sandbox, and saves the code of a flow for it.
 * @param edit changes the code before it is saved
 * @returns `run`, which runs the file and answers its questions with the token of the newest mail, or closes
 * the terminal at the first question if `isAborted`, and the statuses that the sandbox has returned
 */
export async function saveProgram(
  variant: VariantName,
  flow: string,
  lang: LanguageId,
  edit = (code: string) => code,
) {
  const statuses: number[] = []
  const { url, control } = await serveSandbox(variant, {
    operator: { rateLimits: false },
    change(request, response) {
      if (!new URL(request.url).pathname.startsWith('/__dev/')) statuses.push(response.status)
      return response
    },
  })
  const [document, flows] = await Promise.all([contractOf(variant), loadFlows(variant)])
  const { code } = generateCode({ document, variant, flows, flow, lang, baseUrl: url })
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-flow-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const { extension, command } = commands[lang]
  const file = join(folder, `flow.${extension}`)
  await writeFile(file, edit(code))

  async function newestToken(): Promise<string> {
    const { mails } = await control<{ mails: { tokens: string[] }[] }>('inbox')
    return mails.flatMap(({ tokens }) => tokens).at(-1) ?? ''
  }

  async function run({ isAborted = false } = {}): Promise<Ended> {
    const [program = '', ...args] = [...command, file]
    const child = spawn(program, args, { cwd: folder, stdio: 'pipe' })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    let output = ''
    let answered = 0
    const read = (chunk: Buffer) => {
      output += chunk
      const questions = output.split(/ email: /).length - 1
      if (questions === answered) return
      answered = questions
      if (isAborted) return void child.stdin.end()
      newestToken().then((token) => child.stdin.write(`${token}\n`))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    return { exitCode: await ended, output }
  }

  return { run, statuses }
}
