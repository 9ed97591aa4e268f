import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { expect, it, onTestFinished } from 'vitest'
import { connectSandbox, startSandbox } from '../../src/testing/index.ts'

const guide = new URL('../../src/testing/README.md', import.meta.url)

/** Runs the code of the guide in this process. */
async function loadTasks(): Promise<
  (url: string) => Promise<Record<string, (argument?: unknown) => unknown>>
> {
  const text = await readFile(guide, 'utf8')
  const [, code = ''] = /^```ts\n(\/\/ cypress\/sandbox-tasks\.ts\n[\s\S]*?)^```$/m.exec(text) ?? []
  const body = stripTypeScriptTypes(code)
    .replace(/^import .*$/m, '')
    .replace('export async function', 'async function')
  return new Function('connectSandbox', `${body}\nreturn sandboxTasks`)(connectSandbox)
}

it('gives Cypress tasks whose results it can pass on to tests', async () => {
  const sandbox = await startSandbox('openfactory')
  onTestFinished(sandbox.stop)
  const sandboxTasks = await loadTasks()
  const tasks = await sandboxTasks(sandbox.url)
  const start = `${sandbox.url}/api/auth/oauth/github?redirectTo=/`
  const run = async (name: string, argument?: unknown) => {
    const result = await tasks[name]?.(argument)
    // Cypress sends results as JSON, and takes undefined for a task that handles nothing.
    expect(JSON.parse(JSON.stringify(result ?? null))).toEqual(result)
    return result
  }
  expect(await run('reset')).toBeNull()
  expect(await run('latestMail', 'luigi@example.org')).toMatchObject({
    links: [expect.stringMatching(/^http/)],
  })
  expect(await run('advanceClock', '1h')).toBeNull()
  expect(await run('signIn', 'Ada')).toMatchObject({
    origins: [{ localStorage: [{ name: 'session', value: expect.stringContaining('accessToken') }] }],
  })
  expect(await run('approve', { start, account: 'Charles' })).toContain('/api/auth/oauth/github/callback?')
})
