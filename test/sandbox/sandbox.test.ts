import { describe, expect, it, onTestFinished } from 'vitest'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { fakeApi, key, mina } from '../server/fake.ts'
import { captureLog, lightHasher } from '../support/sandbox.ts'

async function open(settings = {}) {
  const { log } = captureLog()
  const sandbox = await createSandbox('bkend', { ...fakeApi, hasher: lightHasher, log, ...settings })
  onTestFinished(() => sandbox.close())
  return sandbox
}

describe('sandbox.request', () => {
  const signIn = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key },
    body: JSON.stringify({ method: 'password', email: mina.email, password: mina.password }),
  }

  it('accepts paths of the contract without the path of the public URL', async () => {
    const sandbox = await open({ publicUrl: 'http://localhost:4000/sandbox/bkend' })
    expect((await sandbox.request('/v1/auth/email/signin', signIn)).status).toBe(200)
  })

  it.each(['/v1/auth/email/signin', 'v1/auth/email/signin'])('sends a body to the path %s', async (path) => {
    expect((await (await open()).request(path, signIn)).status).toBe(200)
  })

  it('accepts URLs and requests', async () => {
    const sandbox = await open()
    const url = `${sandbox.publicUrl}/__dev/seed`
    for (const input of [url, new URL(url), new Request(url)])
      expect((await sandbox.request(input)).status).toBe(200)
  })
})

describe('rate limits of a sandbox', () => {
  const signUps = async (sandbox: Sandbox) => {
    const statuses = []
    for (let count = 0; count < 5; count++) {
      const body = {
        method: 'password',
        email: `new${count}@example.net`,
        password: 'a-fine-phrase',
        name: 'New',
      }
      const headers = { 'content-type': 'application/json', ...key }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      statuses.push((await sandbox.request('/v1/auth/email/signup', init)).status)
    }
    return statuses
  }
  const change = (sandbox: Sandbox, settings: object) =>
    sandbox.request('/__dev/settings', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    })

  it('allows any number of sign-ups by default', async () => {
    expect(await signUps(await open())).toEqual([201, 201, 201, 201, 201])
  })

  it.each([
    ['rateLimits', { rateLimits: true }, [201, 201, 201, 429, 429]],
    ['a limit', { limits: { signUp: { max: 1, windowSeconds: 3600 } } }, [201, 429, 429, 429, 429]],
  ])('applies the limits once a setting or a control names %s', async (_, operator, statuses) => {
    expect(await signUps(await open({ operator }))).toEqual(statuses)
    const sandbox = await open()
    expect((await change(sandbox, operator)).status).toBe(200)
    expect(await signUps(sandbox)).toEqual(statuses)
    await sandbox.request('/__dev/reset', { method: 'POST' })
    expect(await signUps(sandbox)).toEqual([201, 201, 201, 201, 201])
  })
})

it('starts without users if a variant has no data', async () => {
  const { variant } = fakeApi
  const sandbox = await open({
    variant,
    examples: { seed: async () => ({ changes: [], users: [], apiKeys: [], tokens: [] }) },
  })
  const seed = await (await sandbox.request('/__dev/seed')).json()
  expect(seed).toMatchObject({ users: [], apiKeys: [], tokens: [] })
})
