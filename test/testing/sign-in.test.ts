import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TestAdapter } from '../../src/testing/adapters/adapter.ts'
import { adapters } from '../../src/testing/adapters/index.ts'
import type { TestSession } from '../../src/testing/index.ts'
import { factsOf } from '../support/facts.ts'
import { start, testable } from './sandbox.ts'

describe.each(testable)('signIn of $name', ({ name, getCurrentUser }) => {
  const statusFor = async (url: string, { headers }: TestSession) =>
    (await fetch(url + getCurrentUser('').path, { headers })).status

  it('signs in every seeded user who can, and explains why others cannot', async () => {
    const sandbox = await start(name)
    const { users } = await (await fetch(`${sandbox.url}/__dev/seed`)).json()
    const outcomes = await Promise.all(
      users.map(async ({ email, note }: { email: string; note: string }) => {
        const session = await sandbox.signIn(email).catch((error: Error) => {
          expect(error.message).toContain(note)
          return undefined
        })
        if (session) expect(await statusFor(sandbox.url, session)).toBe(200)
        return session ? [] : [email]
      }),
    )
    expect(outcomes.flat()).toEqual((await factsOf(name)).refusedUsers ?? [])
  })

  it('creates a new user, and signs the same user in again', async () => {
    const sandbox = await start(name)
    const { user, ...first } = await sandbox.signIn()
    const again = await sandbox.signIn(user.email)
    expect(again.user).toEqual(user)
    expect(again.tokens.accessToken).not.toBe(first.tokens.accessToken)
    expect(await statusFor(sandbox.url, again)).toBe(200)
  })

  it('creates a user with the given email, name and password', async () => {
    const sandbox = await start(name)
    const person = { email: 'dana@example.com', name: 'Dana Fox', password: 'lantern-over-4-hills' }
    expect((await sandbox.signIn(person)).user).toEqual(person)
    await expect(sandbox.signIn({ ...person, password: 'another-lantern-over-5-hills' })).rejects.toThrow(
      /^dana@example\.com can neither sign in \(40[13] .+\) nor sign up \(409 .+\)\.$/,
    )
  })

  it('returns the tokens in the localStorage of the frontend', async () => {
    const sandbox = await start(name)
    const { tokens, storageState } = await sandbox.signIn()
    expect(storageState.origins).toEqual([
      {
        origin: 'http://localhost:3000',
        localStorage: [{ name: 'session', value: JSON.stringify(tokens) }],
      },
    ])
  })
})

describe('an adapter that reads no tokens', () => {
  const adapter = adapters.bedrud as TestAdapter

  it('lets users of an API without mails sign in after a sign-up', async () => {
    const sandbox = await start('bedrud')
    vi.spyOn(adapter, 'tokensIn').mockReturnValueOnce(undefined)
    expect((await sandbox.signIn()).tokens.accessToken).toMatch(/^eyJ/)
  })

  it('is named when it finds none in the response to a sign-in', async () => {
    const sandbox = await start('bedrud')
    vi.spyOn(adapter, 'tokensIn').mockReturnValue(undefined)
    await expect(sandbox.signIn()).rejects.toThrow(
      /cannot sign in after the sign-up: 200 .+ tokensIn of the adapter finds no token in it\.$/s,
    )
  })
})

it('finds seeded users by full name or first name, in any case', async () => {
  const sandbox = await start('bedrud')
  const { user } = await sandbox.signIn('mary major')
  expect(user).toMatchObject({ email: 'mary.major@example.com', password: 'harbour lights at nine' })
  expect((await sandbox.signIn('Ada')).user.email).toBe('ada@example.org')
})

it('signs in a seeded user whose password has changed, and still rejects a wrong password', async () => {
  const sandbox = await start('bkend')
  const { user, headers } = await sandbox.signIn('Mina')
  const body = JSON.stringify({ currentPassword: user.password, newPassword: 'lantern-over-4-hills' })
  const changed = await fetch(`${sandbox.url}/v1/auth/password/change`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  })
  expect(changed.status).toBe(200)
  expect((await sandbox.signIn('Mina')).user).toEqual(user)
  await expect(sandbox.signIn({ email: user.email, password: 'password123' })).rejects.toThrow(
    /^Mina Park cannot sign in: 401 .+ About this user: ordinary account$/,
  )
})

it('checks the password and the second factor of a seeded user if the password is given', async () => {
  const sandbox = await start('bkend')
  const tomas = { email: 'tomas@example.com', password: 'granite-meadow-23' }
  expect((await sandbox.signIn(tomas)).user).toMatchObject(tomas)
})

it('lists the seeded users for an unknown name', async () => {
  const sandbox = await start('bedrud')
  await expect(sandbox.signIn('Bob')).rejects.toThrow(
    'No seeded user has the name "Bob". Seeded users: Mary Major <mary.major@example.com>, ',
  )
})

it('returns the session cookies of an API that sets some, in the format of Playwright', async () => {
  const sandbox = await start('bedrud')
  const { storageState, tokens } = await sandbox.signIn('Mary')
  expect(storageState.cookies).toMatchObject([
    {
      name: 'access_token',
      value: tokens.accessToken,
      domain: 'localhost',
      path: '/',
      httpOnly: true,
      secure: false,
      sameSite: 'Lax',
    },
    { name: 'refresh_token', value: tokens.refreshToken },
  ])
  for (const { expires } of storageState.cookies) expect(expires).toBeGreaterThan(Date.now() / 1000)
})

it('stores tokens as the frontend under test does', async () => {
  const sandbox = await start('bkend', {
    webUrl: 'http://localhost:5173/app',
    localStorage: ({ accessToken }) => ({ token: accessToken, theme: 'dark' }),
  })
  const { storageState, tokens } = await sandbox.signIn('Mina')
  expect(storageState).toEqual({
    cookies: [],
    origins: [
      {
        origin: 'http://localhost:5173',
        localStorage: [
          { name: 'token', value: tokens.accessToken },
          { name: 'theme', value: 'dark' },
        ],
      },
    ],
  })
})

describe('an API without an adapter', () => {
  const { bedrud } = adapters
  beforeEach(() => Reflect.deleteProperty(adapters, 'bedrud'))
  afterEach(() => Object.assign(adapters, { bedrud }))

  it('signs in seeded users, and explains why no new user can sign up', async () => {
    const sandbox = await start('bedrud')
    expect((await sandbox.signIn('ada@example.org')).user.name).toBe('Ada Byron')
    await expect(sandbox.signIn()).rejects.toMatchObject({
      name: 'UserError',
      message:
        'Signing up in bedrud needs an adapter, which this version does not have. Sign in as a seeded user.',
    })
  })
})
