import { describe, expect, it } from 'vitest'
import type { Data, Seed } from '../../generated/_dev/types.ts'
import { newUser } from '../../src/core/accounts.ts'
import { insert } from '../../src/core/store.ts'
import { fakeData, fakeVariant, mina } from '../server/fake.ts'
import { openSandbox, type TestSandbox } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'

const read = (sandbox: TestSandbox, query = '') => sandbox.control<Data>(`data${query}`)
const userNamed = async (sandbox: TestSandbox, name: string) =>
  (await read(sandbox, `?filter=${encodeURIComponent(name)}`)).users.items[0]

describe.each(servedNames)('the data of %s', (name) => {
  it('lists every seeded user, with the same facts as the seed', async () => {
    const sandbox = await openSandbox(name)
    const { users, api } = await read(sandbox, '?limit=200')
    const seed = await sandbox.control<Seed>('seed')
    const facts = ({ id, email, name, role, plan, status, emailVerified }: (typeof seed.users)[number]) => ({
      ...{ id, email, name, role, plan, status, emailVerified },
    })
    expect(api).toBe(name)
    expect(users.items).toHaveLength(users.total)
    expect(users.items).toEqual(
      expect.arrayContaining(seed.users.map((user) => expect.objectContaining(facts(user)))),
    )
    for (const { id, password, totpSecret } of seed.users)
      expect(users.items.find((user) => user.id === id)).toMatchObject({
        hasPassword: password !== null,
        hasTwoFactor: totpSecret !== null,
      })
  })

  it('contains no passwords, keys, tokens and hashes', async () => {
    const sandbox = await openSandbox(name)
    const text = JSON.stringify(await read(sandbox, '?limit=200'))
    const { users, apiKeys, tokens } = await sandbox.control<Seed>('seed')
    const secrets = [
      ...users.flatMap(({ password, totpSecret }) => [password, totpSecret]),
      ...apiKeys.map(({ key }) => key),
      ...tokens.map(({ token }) => token),
    ].filter((secret) => secret !== null)
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    expect(text).not.toMatch(/argon2|hash(?!")|[0-9a-f]{64}/i)
  })
})

describe('the lists of a user', () => {
  it('shows the plan, the API keys and the previews of keys', async () => {
    const ada = await userNamed(await openSandbox('bondmcp'), 'ada@')
    expect(ada).toMatchObject({ plan: 'free', apiKeys: { total: 5 }, createdBy: 'email' })
    expect(ada?.apiKeys.items[0]).toMatchObject({ state: 'active', scopes: expect.any(Array) })
    expect(ada?.apiKeys.items[0]?.preview).toMatch(/^bcp_.{8}\.\.\..{4}$/)
  })

  it('shows passkeys and linked OAuth accounts', async () => {
    const sandbox = await openSandbox('bedrud')
    expect((await userNamed(sandbox, 'ada@'))?.passkeys.items).toEqual([
      expect.objectContaining({ credentialId: expect.any(String), counter: expect.any(Number) }),
      expect.anything(),
    ])
    const { users } = await read(sandbox)
    const accounts = users.items.flatMap(({ oauthAccounts }) => oauthAccounts.items)
    expect(accounts).toContainEqual(expect.objectContaining({ provider: 'google' }))
  })

  it('shows organizations with the role of the user, and the number of members', async () => {
    const sandbox = await openSandbox('openfactory')
    const charles = await userNamed(sandbox, 'charles')
    const [membership] = charles?.organizations.items ?? []
    expect(membership).toMatchObject({ name: 'Analytical Engines', role: 'member' })
    const { organizations } = await read(sandbox, `?filter=${membership?.id}`)
    expect(organizations.items).toEqual([
      expect.objectContaining({ id: membership?.id, slug: 'analytical-engines', members: 3 }),
    ])
  })

  it('shows the project and the environment of users, and the API keys of the project', async () => {
    const { users, apiKeys } = await read(await openSandbox('bkend'))
    expect(users.items[0]).toMatchObject({ projectId: 'prj_example', environment: 'dev' })
    expect(apiKeys.items.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['active', 'expired', 'revoked']),
    )
    expect(apiKeys.items).toContainEqual(expect.objectContaining({ environment: 'prod' }))
  })

  it('shows sessions with the time of their last use on the clock of the sandbox', async () => {
    const sandbox = await openSandbox('bondmcp')
    const mary = { email: 'mary@example.org', password: 'correct horse battery staple' }
    const seed = await sandbox.control<Seed>('seed')
    const { password } = seed.users.find(({ email }) => email === mary.email) ?? mary
    await sandbox.control('clock', { advanceSeconds: 86_400 })
    await sandbox.call('POST', '/mcp/auth/login', { ...mary, password }, { 'user-agent': 'Test/1' })
    const { now, users } = await read(sandbox, '?filter=mary')
    const [user] = users.items
    expect(user?.sessions.items[0]).toMatchObject({ ip: '192.0.2.1', userAgent: 'Test/1' })
    expect(Date.parse(user?.lastUsedAt ?? '')).toBeGreaterThan(Date.now() + 80_000_000)
    expect(Date.parse(now)).toBeGreaterThanOrEqual(Date.parse(user?.lastUsedAt ?? ''))
  })
})

describe('a page of the data', () => {
  // More than the control reads at once.
  const count = 5_345
  /** A sandbox with users `user-0` (the oldest) to `user-5344`, and Mina. */
  const openFull = () =>
    openSandbox('bkend', {
      variant: fakeVariant,
      examples: {
        ...fakeData,
        async seed(core) {
          const seed = await fakeData.seed(core)
          const rows = Array.from({ length: count }, (_, index) =>
            insert(
              'users',
              newUser(core, {
                realm: '',
                name: 'Load',
                email: `user-${index}@load.example`,
                createdAt: index,
                passwordHash: null,
              }),
            ),
          )
          return { ...seed, changes: [...seed.changes, ...rows] }
        },
      },
    })
  const emails = ({ users }: Data) => users.items.map(({ email }) => email)

  it('has at most 50 users, the newest first, and the total', async () => {
    const data = await read(await openFull())
    expect(data.users.total).toBe(count + 1)
    expect(data.users.items).toHaveLength(50)
    expect(emails(data).slice(0, 2)).toEqual([mina.email, 'user-5344@load.example'])
  })

  it('skips and limits', async () => {
    const data = await read(await openFull(), '?offset=5344&limit=10')
    expect(emails(data)).toEqual(['user-1@load.example', 'user-0@load.example'])
  })

  it('filters by text in any case across all users, and pages through the matches', async () => {
    const sandbox = await openFull()
    const data = await read(sandbox, '?filter=USER-1&offset=1109&limit=5')
    expect(data.users.total).toBe(1111)
    expect(emails(data)).toEqual(['user-10@load.example', 'user-1@load.example'])
    expect(emails(await read(sandbox, '?filter=park'))).toEqual([mina.email])
  })

  it.each([
    ['limit=0', 'limit must be from 1 to 200'],
    ['limit=many', 'limit must be a number'],
    ['offset=-1', 'offset must be at least 0'],
    [`filter=${'a'.repeat(201)}`, 'filter must have at most 200 characters'],
  ])('rejects %s with a reason', async (query, message) => {
    const sandbox = await openSandbox('bkend')
    const response = await sandbox.call('GET', `/__dev/data?${query}`)
    expect([response.status, (await response.json()).error]).toEqual([
      400,
      { code: 'invalidRequest', message },
    ])
  })
})

it('lists at most 20 sessions of a user, and counts all', async () => {
  const sandbox = await openSandbox('openfactory')
  for (let index = 0; index < 22; index++) await sandbox.control('sessions', { user: 'ada@example.org' })
  const ada = await userNamed(sandbox, 'ada@')
  expect(ada?.sessions.items).toHaveLength(20)
  expect(ada?.sessions.total).toBeGreaterThanOrEqual(22)
})
