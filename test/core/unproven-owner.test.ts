import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { authenticateApiKey, createApiKey } from '../../src/core/api-keys.ts'
import { type Authority, memberAuthority, sessionAuthority } from '../../src/core/authority.ts'
import { type OAuthPolicy, signInWithOAuthProfile } from '../../src/core/oauth-accounts.ts'
import { signUpWithOrganization } from '../../src/core/organizations.ts'
import { confirmPasswordReset, requestPasswordReset } from '../../src/core/password-reset.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { signIn } from '../../src/core/sign-in.ts'
import { insert, type Store, update } from '../../src/core/store.ts'
import { confirmVerification, sendVerification } from '../../src/core/verification.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { borrowTestStore } from '../support/postgres-schema.ts'
import { ada, mailedToken, outcomeOf, requestMeta, signUpAda, testCore, times } from './core.ts'

const engines: [string, () => Store | Promise<Store>][] = [
  ['memory', createMemoryStore],
  ['a SQLite file', openSqliteFile],
  ['PostgreSQL', borrowTestStore],
]
function openSqliteFile() {
  const folder = mkdtempSync(join(tmpdir(), 'auth-contracts-unproven-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return openSqliteStore(join(folder, 'auth.db'))
}

const newPassword = 'what only the owner knows'
const rules = { limits: { mailPause: null, mailsByRecipient: null } }
const format = { prefix: 'key_', bytes: 24, preview: (key: string) => key.slice(0, 8) }
const keyInput = { realm: '', name: 'CI', scopes: [], knownScopes: [], format, requestMeta }

const reset = async (core: ReturnType<typeof testCore>, email = ada.email) => {
  // The newest mail is the one with the latest time.
  core.advance(1)
  await requestPasswordReset(core, { realm: '', email, requestMeta })
  const token = await mailedToken(core, 'resetPassword')
  return () => confirmPasswordReset(core, { realm: '', token, newPassword, requestMeta })
}

describe('organizations of an unproven owner', () => {
  /** Ada has an organization, an accomplice who is its admin, and an API key of each. */
  const setUp = async (store?: Store) => {
    const core = testCore(rules, store)
    const { organization, ...founder } = await signUpWithOrganization(core, {
      ...ada,
      organizationName: 'Engines',
    })
    const accomplice = await signUpWithOrganization(core, {
      ...ada,
      email: 'accomplice@example.net',
      organizationName: 'Own',
    })
    const organizationId = organization.id
    await core.store.write([
      insert('memberships', {
        organizationId,
        userId: accomplice.user.id,
        role: 'admin',
        createdAt: organization.createdAt + 1,
      }),
    ])
    const keyOf = async (userId: string, owner = organizationId) =>
      (await createApiKey(core, { ...keyInput, userId, organizationId: owner, authority: [] })).key
    const members = async () =>
      (await core.store.list('memberships', { organizationId }, { orderBy: 'userId' })).map(
        ({ userId }) => userId,
      )
    return { core, founder, accomplice, organizationId, keyOf, members }
  }

  it('O07 removes all other members and keys once a reset has proven the email of the founder', async () => {
    const { core, founder, accomplice, keyOf, members } = await setUp()
    const keys = [await keyOf(founder.user.id), await keyOf(accomplice.user.id)]
    await (await reset(core))()
    expect(await members()).toEqual([founder.user.id])
    for (const key of keys) expect(await outcomeOf(authenticateApiKey(core, { key }))).toBe('revokedApiKey')
  })

  it('O07 keeps the members and keys if the email of the founder was verified before', async () => {
    const { core, founder, keyOf, members } = await setUp()
    const key = await keyOf(founder.user.id)
    await core.store.write([update('users', { id: founder.user.id }, { emailVerifiedAt: 1 })])
    await (await reset(core))()
    expect(await members()).toHaveLength(2)
    expect(await outcomeOf(authenticateApiKey(core, { key }))).toBe('succeeded')
  })

  it('O07 keeps organizations that the owner of the email has only joined', async () => {
    const { core, founder, accomplice, keyOf, members } = await setUp()
    const foundersKey = await keyOf(founder.user.id)
    await (await reset(core, 'accomplice@example.net'))()
    expect(await members()).toContain(founder.user.id)
    expect(await members()).toContain(accomplice.user.id)
    expect(await outcomeOf(authenticateApiKey(core, { key: foundersKey }))).toBe('succeeded')
  })

  it.each(engines)('O07 leaves no key that is created while the email is proven (%s)', async (_, open) => {
    const { core, founder, accomplice, organizationId } = await setUp(await open())
    const authorityOf = ({ issued, user }: typeof founder): Authority =>
      issued
        ? [...sessionAuthority(issued.session), ...memberAuthority({ organizationId, userId: user.id })]
        : []
    for (let round = 0; round < 10; round++) {
      const confirm = await reset(core)
      const issued = await signIn(core, round === 0 ? ada : { ...ada, password: newPassword })
      const joins = insert('memberships', {
        organizationId,
        userId: accomplice.user.id,
        role: 'admin',
        createdAt: core.now() + 1,
      })
      await core.store.write([update('users', { id: founder.user.id }, { emailVerifiedAt: null })])
      if (round > 0) await core.store.write([joins])
      const creators = [{ ...founder, issued }, accomplice]
      const create = async (index: number) => {
        const creator = creators[index % 2] ?? founder
        // Spread over the duration of the reset.
        for (let turn = 0; turn < index; turn++) await new Promise((resolve) => setImmediate(resolve))
        const { id: userId } = creator.user
        await outcomeOf(
          createApiKey(core, { ...keyInput, userId, organizationId, authority: authorityOf(creator) }),
        )
      }
      await Promise.all([confirm(), ...times(16, create)])
      expect(await core.store.count('apiKeys', { organizationId, revokedAt: null }), `round ${round}`).toBe(0)
    }
  })
})

describe('sign-ins while an email is proven', () => {
  const policy: OAuthPolicy = { linking: 'never', acceptsUnverifiedEmail: true, syncsProfile: false }
  const profile = {
    subject: 'stranger',
    email: ada.email,
    emailVerified: false,
    name: 'Ada',
    picture: null,
  }

  it.each(engines)('O07 opens no session with an identity that a reset revokes (%s)', async (_, open) => {
    const core = testCore(rules, await open())
    const { user } = await signUpAda(core)
    for (let round = 0; round < 10; round++) {
      await core.store.write([
        update('users', { id: user.id }, { emailVerifiedAt: null }),
        insert('identities', {
          realm: '',
          provider: 'github',
          subject: profile.subject,
          userId: user.id,
          createdAt: 0,
        }),
      ])
      const confirm = await reset(core)
      const enter = () =>
        signInWithOAuthProfile(core, {
          realm: '',
          provider: 'github',
          profile,
          policy,
          requestMeta,
          setUserId: () => {},
        })
      await Promise.all([confirm(), ...times(8, () => outcomeOf(enter()))])
      expect(await core.store.count('sessions', { userId: user.id }), `round ${round}`).toBe(0)
    }
  })
})

describe('verification of an account that someone else may have created', () => {
  const setUp = async (other: Parameters<typeof testCore>[0] = {}) => {
    const core = testCore({ ...rules, ...other })
    const { user, issued } = await signUpAda(core)
    await sendVerification(core, { realm: '', email: ada.email, requestMeta })
    const token = await mailedToken(core, 'verifyEmail')
    const session = await authenticate(core, { token: issued.accessToken })
    return { core, user, issued, token, session }
  }

  it('O07 ends sessions, credentials and the password if only the mail proves the email', async () => {
    const { core, user, issued, token } = await setUp()
    const { key } = await createApiKey(core, { ...keyInput, userId: user.id, authority: [] })
    await confirmVerification(core, { realm: '', token, requestMeta })
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('invalidToken')
    expect(await outcomeOf(authenticateApiKey(core, { key }))).toBe('revokedApiKey')
    expect(await outcomeOf(signIn(core, ada))).toBe('invalidCredentials')
    await (await reset(core))()
    expect((await signIn(core, { ...ada, password: newPassword })).user.emailVerifiedAt).not.toBeNull()
  })

  it('O07 keeps session and password if the caller is signed in to the account', async () => {
    const { core, issued, token, session } = await setUp()
    await confirmVerification(core, { realm: '', token, session, requestMeta })
    const { user } = await authenticate(core, { token: issued.accessToken })
    expect(user.emailVerifiedAt).not.toBeNull()
    expect(await outcomeOf(signIn(core, ada))).toBe('succeeded')
  })

  it('O07 ends everything if the caller is signed in to another account', async () => {
    const { core, issued, token } = await setUp()
    const other = await signUpAda(core, { email: 'other@example.org' })
    const session = await authenticate(core, { token: other.issued.accessToken })
    await confirmVerification(core, { realm: '', token, session, requestMeta })
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('invalidToken')
    expect(await outcomeOf(authenticate(core, { token: other.issued.accessToken }))).toBe('succeeded')
  })

  it('O07 keeps only the password if the rules allow no sign-in before the verification', async () => {
    const { core, issued, token } = await setUp({ signIn: { requiresVerifiedEmail: true } })
    await confirmVerification(core, { realm: '', token, requestMeta })
    expect(await outcomeOf(authenticate(core, { token: issued.accessToken }))).toBe('invalidToken')
    expect(await outcomeOf(signIn(core, ada))).toBe('succeeded')
  })
})
