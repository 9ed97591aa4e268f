import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type CheckResult, grade } from '../../evals/harness/grade.ts'
import type { Task } from '../../evals/harness/task.ts'

/** Grades a project whose function `run` has this body. The check passes if the call resolves. */
async function gradeBody(body: string): Promise<CheckResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'grade-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(
    join(folder, 'app.ts'),
    `const baseUrl: string = process.env.BASE_URL ?? ''
    const post = (path: string, body: object) => fetch(baseUrl + path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    }).then((response) => response.json())
    export async function run() { ${body} }`,
  )
  const task: Task = {
    title: 'Run',
    language: 'en',
    variant: 'bedrud',
    checks: { runs: async ({ project }) => void (await project.call('run')) },
  }
  return grade(task, folder)
}

const signIn = `const { accessToken } = await post('/api/auth/login', {
  email: 'ada@example.org', password: 'correct horse battery',
})`

describe('grade', () => {
  it('accepts a project that keeps the contract', async () => {
    expect(await gradeBody(signIn)).toEqual([{ title: 'runs', passed: true }])
  })

  it.each([
    ['throws', `throw new Error('out of order')`, 'run() failed: out of order'],
    ['ends its process', 'process.exit(0)', 'run() failed: the project has ended its process'],
    ['returns a function', 'return () => {}', /^run\(\) failed: .+ could not be cloned/],
    [
      'sends an invalid request',
      `await post('/api/auth/guest-login', { name: 'G' })`,
      'name in the request of signInAsGuest must NOT have fewer than 2 characters.',
    ],
    [
      'calls an operation that does not exist',
      `await post('/api/auth/guests', {}).catch(() => {})`,
      'No operation of the contract is POST /api/auth/guests.',
    ],
    [
      'uses a development control',
      `await fetch(baseUrl + '/__dev/seed')`,
      'The project calls /__dev/seed, which exists only in the sandbox.',
    ],
    [
      'puts a token into a URL',
      `${signIn}; await fetch(baseUrl + '/api/auth/settings?token=' + accessToken)`,
      'The URL of a GET request contains a password, token or key.',
    ],
    [
      'puts a password into a URL',
      `${signIn}; await fetch(baseUrl + '/api/auth/settings?' +
        new URLSearchParams({ password: 'correct horse battery' }))`,
      'The URL of a GET request contains a password, token or key.',
    ],
    [
      'prints a token',
      `${signIn}; console.log('Signed in with', accessToken)`,
      'The project prints a password, token or key.',
    ],
  ])('rejects a project that %s', async (_, body, reason) => {
    const expected = typeof reason === 'string' ? reason : expect.stringMatching(reason)
    expect(await gradeBody(body)).toEqual([{ title: 'runs', passed: false, reason: expected }])
  })

  it('hides the environment of the grader from the project', async () => {
    const body = `throw new Error(Object.keys(process.env).join())`
    expect(await gradeBody(body)).toMatchObject([{ reason: 'run() failed: BASE_URL' }])
  })

  it('reports a project that cannot be loaded', async () => {
    const [result] = await gradeBody('syntax error')
    expect(result).toMatchObject({ passed: false, reason: expect.stringMatching(/^run\(\) failed: \w/) })
  })
})
