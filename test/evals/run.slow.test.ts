import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folderOf } from '../../evals/harness/task.ts'

const root = resolve(import.meta.dirname, '../..')
const solution = join(folderOf('bedrud-guest', 'solution'), 'app.ts')

interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs the command line of the tasks. */
function run(...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [join(root, 'evals/run.ts'), ...args], (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

/** Writes a program that stands for an agent. Returns the command that starts it. */
async function agent(program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'agent.mjs')
  await writeFile(file, program)
  return `"${process.execPath}" "${file}"`
}

describe('evals/run.ts', () => {
  it('runs an agent with the prompt, a sandbox and the MCP server, and grades its work', async () => {
    const command = await agent(`
      import { copyFileSync, readFileSync } from 'node:fs'
      import { text } from 'node:stream/consumers'
      const prompt = await text(process.stdin)
      const { mcpServers } = JSON.parse(readFileSync(process.env.MCP_CONFIG, 'utf8'))
      const { status } = await fetch(process.env.BASE_URL + '/api/auth/settings')
      if (prompt.includes('joinAsGuest') && mcpServers['auth-contracts'] && status === 200)
        copyFileSync(${JSON.stringify(solution)}, 'app.ts')`)
    const { code, stdout, stderr } = await run('--task', 'bedrud-guest', '--command', command)
    expect(stdout).toMatch(/^bedrud-guest +bedrud +ko +passed +7\/7 /m)
    expect(stdout).toContain('1 of 1 tasks passed.')
    expect(stderr).toContain('"auth-contracts"')
    expect(code).toBe(0)
  })

  it('reports why an agent did not finish, and grades what it has done', async () => {
    const slow = await agent('setInterval(() => {}, 1000)')
    const failing = await agent('process.exitCode = 3')
    const args = ['--task', 'bedrud-guest', '--command']
    const [timedOut, failed] = await Promise.all([
      run(...args, slow, '--timeout', '1'),
      run(...args, failing),
    ])
    expect(timedOut).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('The command did not finish within 1 seconds.'),
    })
    expect(failed.stdout).toContain('The command exited with status 3.')
    expect(failed.stdout).toContain('canJoinAsGuest() failed: not implemented yet')
  })

  it('grades a finished project and prints JSON', async () => {
    const args = ['--task', 'bedrud-guest', '--project', folderOf('bedrud-guest', 'start'), '--json']
    const { code, stdout } = await run(...args)
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'bedrud-guest', passed: false }])
    expect(code).toBe(1)
  })

  it.each([
    [['--project', '.'], 'error: Pass --task <name> to say which task the project belongs to.\n'],
    [['--task', 'bedrud-guest', '--project', tmpdir()], /^error: .+ has no app\.ts\. Pass the folder/],
    [['--task', 'unknown'], /^error: No task is named unknown\. /],
    [['--timeout', '0'], /Pass a positive number of seconds\.\n$/],
  ])('explains the wrong arguments %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args)
    expect(stderr).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})
