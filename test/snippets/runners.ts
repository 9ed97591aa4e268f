import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import * as client from '../../src/client/index.ts'
import type { LanguageId } from '../../src/snippets/index.ts'

/** Values for the placeholders of code, such as `ACCESS_TOKEN`. */
export type Secrets = Record<string, string>

/** Runs code to its end. Rejects if the code fails. */
type Run = (code: string, secrets: Secrets) => Promise<void>

/**
 * Returns the function that runs code of a language. Helper processes end with the test.
 * @param options.usesStandIn whether Python gets the stand-in for `requests`
 * @param options.cwd the folder of the files that curl and Python send
 */
export function runnerOf(
  lang: LanguageId,
  { usesStandIn = false, cwd }: { usesStandIn?: boolean; cwd?: string } = {},
): Run {
  const runners = {
    fetch: () => runTypeScript,
    client: () => runTypeScript,
    curl: () => startShell(cwd),
    python: () => startPython(usesStandIn, cwd),
  }
  return runners[lang]()
}

/** Runs a module in this process. An import of the client receives the client of this repository. */
async function runTypeScript(code: string, secrets: Secrets): Promise<void> {
  const filled = code.replace(/"YOUR_(\w+)"/g, (placeholder, name: string) =>
    name in secrets ? JSON.stringify(secrets[name]) : placeholder,
  )
  const body = stripTypeScriptTypes(filled).replace(
    /^import (\{.*?\}) from "auth-contracts\/client";$/m,
    'const $1 = client;',
  )
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
  await new AsyncFunction('client', `"use strict";\n${body}`)(client)
}

const startShell =
  (cwd: string | undefined): Run =>
  async (code, secrets) => {
    const env = { ...process.env, ...secrets }
    await promisify(execFile)('bash', ['-euc', code], { env, cwd })
  }

/** Starts the Python process that runs all code of one test. */
function startPython(usesStandIn: boolean, cwd: string | undefined): Run {
  let started: { child: ChildProcessWithoutNullStreams; lines: Interface } | undefined
  const start = () => {
    const args = [join(import.meta.dirname, 'support/run.py'), ...(usesStandIn ? ['--stand-in'] : [])]
    const child = spawn('python3', args, { stdio: 'pipe', cwd })
    child.stderr.pipe(process.stderr)
    onTestFinished(() => void child.kill())
    return { child, lines: createInterface(child.stdout) }
  }
  return async (code, secrets) => {
    started ??= start()
    const { child, lines } = started
    const answer = new Promise<string>((resolve) => lines.once('line', resolve))
    child.stdin.write(`${JSON.stringify({ code, env: secrets })}\n`)
    const { error } = JSON.parse(await answer)
    if (error !== null) throw new Error(error)
  }
}
