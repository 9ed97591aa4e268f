import { describe, expect, it } from 'vitest'
import type { CreatedSession, Data, Seed } from '../../generated/_dev/types.ts'
import type { PlainRequest } from '../../src/conformance/variants/adapter.ts'
import type { ServedName } from '../../src/variants/index.ts'
import { factsOf } from '../support/facts.ts'
import { openSandbox, type TestSandbox } from '../support/sandbox.ts'
import { servedAdapters } from '../support/served.ts'
import { rulesOf } from '../support/variants.ts'

const signInAs = (sandbox: TestSandbox, user: string) => sandbox.control<CreatedSession>('sessions', { user })
/** Sends a request of an adapter with the headers of a session. */
const send = ({ call }: TestSandbox, { method, path, body }: PlainRequest, headers: Record<string, string>) =>
  call(method, path, body, headers)
/** Calls an operation for signed-in users. */
async function statusWith(sandbox: TestSandbox, headers: Record<string, string>) {
  const adapter = servedAdapters().find(({ name }) => name === sandbox.name)
  if (!adapter) throw new Error(`${sandbox.name} has no adapter`)
  return (await send(sandbox, adapter.getCurrentUser(''), headers)).status
}
const sessionsOf = async (sandbox: TestSandbox, id: string) => {
  const { users } = await sandbox.control<Data>(`data?filter=${id}`)
  return users.items[0]?.sessions.items.map(({ id }) => id)
}
const errorOf = async (response: Response) => [response.status, (await response.json()).error]

describe.each(servedAdapters())('a sign-in as a user of $name', ({ name }) => {
  it('creates a session that is accepted and listed, for every user the API admits', async () => {
    const sandbox = await openSandbox(name, { operator: { rateLimits: false } })
    const { users } = await sandbox.control<Seed>('seed')
    const refused: (string | null)[] = []
    for (const { id, email } of users) {
      const response = await sandbox.call('POST', '/__dev/sessions', { user: id })
      if (response.status !== 201) {
        refused.push(email)
        continue
      }
      const { headers, sessionId, user }: CreatedSession = await response.json()
      expect([user.id, user.email]).toEqual([id, email])
      expect(await statusWith(sandbox, headers)).toBe(200)
      expect(await sessionsOf(sandbox, id)).toContain(sessionId)
    }
    expect(refused).toEqual((await factsOf(name)).refusedUsers ?? [])
  })

  it('returns the body that the API returns to a sign-in', async () => {
    const sandbox = await openSandbox(name)
    const { users } = await sandbox.control<Seed>('seed')
    const { accessToken, body, expiresAt } = await signInAs(sandbox, users[0]?.email ?? '')
    expect(JSON.stringify(body)).toContain(accessToken)
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now())
  })

  it('revokes the session when the user is disabled', async () => {
    const sandbox = await openSandbox(name)
    const { users } = await sandbox.control<Seed>('seed')
    const user = users[0]?.email ?? ''
    const { headers } = await signInAs(sandbox, user)
    await sandbox.control('settings', { users: [{ user, status: 'disabled' }] })
    expect([401, 403]).toContain(await statusWith(sandbox, headers))
  })
})

async function signInFirst(name: ServedName) {
  const sandbox = await openSandbox(name)
  const { users } = await sandbox.control<Seed>('seed')
  const id = users[0]?.id ?? ''
  return { sandbox, id, ...(await signInAs(sandbox, id)) }
}

describe.each(servedAdapters('refresh'))('a session of $name', ({ name, refresh, credentialIn }) => {
  it('accepts the refresh token of the session until it expires', async () => {
    const { sandbox, headers, refreshToken } = await signInFirst(name)
    const request = refresh(refreshToken ?? '')
    const response = await send(sandbox, request, headers)
    expect(response.status).toBe(200)
    const { access } = credentialIn({ ...response, text: '', body: await response.json() })
    expect(await statusWith(sandbox, { ...headers, authorization: `Bearer ${access}` })).toBe(200)
    await sandbox.control('clock', { advanceSeconds: rulesOf(name).session.idleSeconds + 60 })
    expect((await send(sandbox, request, headers)).status).toBe(401)
  })
})

describe.each(servedAdapters('signOut'))('a session of $name', ({ name, signOut }) => {
  it('ends with a sign-out', async () => {
    const { sandbox, id, headers, sessionId, ...tokens } = await signInFirst(name)
    const request = signOut({ access: tokens.accessToken, refresh: tokens.refreshToken })
    expect((await send(sandbox, request, headers)).ok).toBe(true)
    expect(await statusWith(sandbox, headers)).toBe(401)
    expect(await sessionsOf(sandbox, id)).not.toContain(sessionId)
  })
})

describe('users without a password', () => {
  it('signs in as a guest, with the body of a guest', async () => {
    const sandbox = await openSandbox('bedrud')
    const guest = await sandbox.call('POST', '/api/auth/guest-login', { name: 'Gast' })
    const { user } = await guest.json()
    const session = await signInAs(sandbox, user.id)
    expect(session).toMatchObject({ user: { email: null }, body: { user: { role: 'guest', name: 'Gast' } } })
    expect(await statusWith(sandbox, session.headers)).toBe(200)
  })

  it('signs in as a user of an OAuth provider, and as one with a second factor', async () => {
    const sandbox = await openSandbox('bkend')
    for (const user of ['leo@example.com', 'tomas@example.com'])
      expect(await statusWith(sandbox, (await signInAs(sandbox, user)).headers)).toBe(200)
  })

  it('rejects a guest whose account has expired', async () => {
    const sandbox = await openSandbox('bedrud')
    const guest = await sandbox.call('POST', '/api/auth/guest-login', { name: 'Gast' })
    const { user } = await guest.json()
    await sandbox.control('clock', { advanceSeconds: 86_401 })
    expect(await errorOf(await sandbox.call('POST', '/__dev/sessions', { user: user.id }))).toEqual([
      404,
      { code: 'notFound', message: `The account of ${user.id} has expired or was deleted` },
    ])
  })
})

it('returns cookies that the API accepts', async () => {
  const sandbox = await openSandbox('bedrud')
  const { cookies, accessToken, refreshToken } = await signInAs(sandbox, 'ada@example.org')
  expect(cookies).toEqual([
    expect.stringMatching(`^access_token=${accessToken}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax$`),
    expect.stringMatching(`^refresh_token=${refreshToken}; `),
  ])
  const cookie = cookies.map((text) => text.split(';')[0]).join('; ')
  expect(await statusWith(sandbox, { cookie })).toBe(200)
})

it('returns neither cookies nor a refresh token for an API without them', async () => {
  const { cookies, refreshToken } = await signInAs(await openSandbox('openfactory'), 'ada@example.org')
  expect({ cookies, refreshToken }).toEqual({ cookies: [], refreshToken: null })
})

it('omits the API key when none of the environment is active', async () => {
  const sandbox = await openSandbox('bkend', { examples: await withoutActiveKeys() })
  expect(Object.keys((await signInAs(sandbox, 'user@example.com')).headers)).toEqual(['authorization'])
})

async function withoutActiveKeys() {
  const { sandboxData } = await import('../../src/variants/bkend/seed/index.ts')
  return {
    ...sandboxData,
    seed: async (...parameters: Parameters<typeof sandboxData.seed>) => {
      const seed = await sandboxData.seed(...parameters)
      return { ...seed, apiKeys: seed.apiKeys.filter(({ state }) => state !== 'active') }
    },
  }
}

it('explains why a user who has not verified the email cannot sign in, until the rule is off', async () => {
  const sandbox = await openSandbox('bondmcp')
  const ask = () => sandbox.call('POST', '/__dev/sessions', { user: 'Grace@Example.org' })
  expect(await errorOf(await ask())).toEqual([
    409,
    {
      code: 'signInRefused',
      message:
        'grace@example.org has not verified the email, so the API refuses the sign-in. Open the link in GET /__dev/inbox, or set requireVerifiedEmail to false with POST /__dev/settings',
    },
  ])
  await sandbox.control('settings', { requireVerifiedEmail: false })
  expect((await ask()).status).toBe(201)
})

it('records the sign-in in the audit log', async () => {
  const sandbox = await openSandbox('openfactory')
  const { user } = await signInAs(sandbox, 'ada@example.org')
  expect(sandbox.lines).toContainEqual(
    expect.objectContaining({ event: 'signIn', outcome: 'succeeded', userId: user.id }),
  )
})
