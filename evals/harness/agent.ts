import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createHub } from '../../src/hub/app.ts'
import { clientConfig } from '../../src/mcp/client-config.ts'
import { listen } from '../../src/server/listen.ts'
import type { Task } from './task.ts'
import type { Workspace } from './workspace.ts'

const program = resolve(import.meta.dirname, '../../src/cli/auth-contracts.js')

interface AgentOptions {
  /** A shell command that reads the prompt from standard input and changes the files of its folder. */
  command: string
  prompt: string
  /** After this time, the command and all its children are ended. */
  timeoutSeconds: number
  /** Receives the configuration of the MCP server before the command starts. */
  onConfig: (json: string) => void
}

/**
 * Runs an agent in the project of a workspace, with its own sandboxes, mocks and docs on a free port.
 * @returns why the agent did not finish; undefined if it exited with status 0
 */
export async function runAgent(
  task: Task,
  { root, project }: Workspace,
  { command, prompt, timeoutSeconds, onConfig }: AgentOptions,
): Promise<string | undefined> {
  let url = ''
  const hub = createHub({ host: '127.0.0.1', sandboxes: { data: null, origin: () => url } })
  const server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 }, hub.badRequest)
  url = server.url
  try {
    const { json } = clientConfig('claude', ['node', program, 'mcp', '--url', url], process.platform)
    const config = JSON.stringify(json, null, 2)
    const configFile = join(root, 'mcp.json')
    await writeFile(configFile, config)
    onConfig(config)
    const env = {
      ...process.env,
      BASE_URL: `${url}/sandbox/${task.variant}`,
      ...(task.apiKey !== undefined && { API_KEY: task.apiKey }),
      MCP_CONFIG: configFile,
    }
    return await runCommand(command, { cwd: project, env, input: prompt, timeoutSeconds })
  } finally {
    await server.close()
    await hub.close()
  }
}

async function runCommand(
  command: string,
  {
    cwd,
    env,
    input,
    timeoutSeconds,
  }: { cwd: string; env: NodeJS.ProcessEnv; input: string; timeoutSeconds: number },
): Promise<string | undefined> {
  // The table of results goes to standard output, so the output of the agent does not.
  const child = spawn(command, {
    ...{ cwd, env, shell: true, stdio: ['pipe', process.stderr, process.stderr] },
    detached: process.platform !== 'win32',
  })
  const stop = () => killTree(child.pid)
  const onInterrupt = () => {
    stop()
    process.exit(130)
  }
  process.once('SIGINT', onInterrupt)
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    stop()
  }, timeoutSeconds * 1000)
  // A command may exit without reading the prompt.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  try {
    const [code, signal] = await once(child, 'exit')
    if (timedOut) return `The command did not finish within ${timeoutSeconds} seconds.`
    return code === 0 ? undefined : `The command exited with ${signal ?? `status ${code}`}.`
  } finally {
    clearTimeout(timer)
    process.off('SIGINT', onInterrupt)
  }
}

/** Ends a command and its children: the shell leads a process group. */
function killTree(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has exited in the meantime.
  }
}
