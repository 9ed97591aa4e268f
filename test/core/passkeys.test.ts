import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthenticator } from '../../src/conformance/world/authenticator.ts'
import { newUser } from '../../src/core/accounts.ts'
import {
  finishPasskeySignIn,
  finishPasskeySignUp,
  startPasskeyRegistration,
  startPasskeySignIn,
  startPasskeySignUp,
} from '../../src/core/passkeys.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { update } from '../../src/core/store.ts'
import { authError } from '../support/auth-error.ts'
import { inParallel, requestMeta, testCore, times } from './oauth.fixture.ts'
import { browserNonce, realm, relyingParty, setUp } from './passkeys.fixture.ts'

describe('passkeys', () => {
  it('signs the owner in with a new session each time', async () => {
    const { core, ada, signIn } = await setUp()
    const [first, second] = [await signIn(), await signIn()]
    expect(first.user.id).toBe(ada.id)
    expect(second.session.id).not.toBe(first.session.id)
    expect(await authenticate(core, { token: second.accessToken })).toMatchObject({ userId: ada.id })
  })

  it('signs up a new account and signs it in', async () => {
    const { core, counts } = testCore()
    const authenticator = createAuthenticator()
    const start = {
      realm,
      email: ' Sam@Example.com ',
      name: 'Sam',
      browserNonce,
      context: { invitation: 7 },
      requestMeta,
    }
    const options = await startPasskeySignUp(core, relyingParty, start)
    expect(options.user).toMatchObject({ name: 'sam@example.com', displayName: 'Sam' })
    expect(options).not.toHaveProperty('excludeCredentials')
    expect(await counts()).toMatchObject({ users: 0 })

    const contexts: unknown[] = []
    const issued = await finishPasskeySignUp(core, relyingParty, {
      realm,
      browserNonce,
      attestation: await authenticator.create(options),
      extraChanges: (_, context) => {
        contexts.push(context)
        return []
      },
      requestMeta,
    })
    expect(issued.user).toMatchObject({ email: 'sam@example.com', provider: 'passkey', passwordHash: null })
    expect(base64url.encode(issued.user.id)).toBe(options.user.id)
    expect(contexts).toEqual([{ invitation: 7 }])

    const assertion = await authenticator.get(
      await startPasskeySignIn(core, relyingParty, { realm, browserNonce }),
    )
    const again = await finishPasskeySignIn(core, relyingParty, {
      realm,
      browserNonce,
      assertion,
      requestMeta,
    })
    expect(again.user.id).toBe(issued.user.id)
  })

  it('writes nothing if the extra changes of a sign-up fail', async () => {
    const { core, counts } = testCore()
    const start = { realm, email: 'sam@example.com', name: 'Sam', browserNonce, requestMeta }
    const options = await startPasskeySignUp(core, relyingParty, start)
    const attestation = await createAuthenticator().create(options)
    const extraChanges = () => {
      throw new Error('not available')
    }
    await expect(
      finishPasskeySignUp(core, relyingParty, {
        realm,
        browserNonce,
        attestation,
        extraChanges,
        requestMeta,
      }),
    ).rejects.toThrow('not available')
    expect(await counts()).toMatchObject({ users: 0, passkeys: 0, sessions: 0, oneTimeTokens: 0 })
  })

  it('rejects guests who add a passkey', async () => {
    const { core } = testCore()
    const guest = newUser(core, { realm, email: null, name: 'Visitor', provider: 'guest' })
    await expect(
      startPasskeyRegistration(core, relyingParty, { user: guest, authority: [] }),
    ).rejects.toEqual(authError('guestNotAllowed'))
  })

  it('rejects disabled users, and says so only to the owner of the passkey', async () => {
    const { core, ada, signIn, startSignIn } = await setUp()
    await core.store.write([update('users', { id: ada.id }, { status: 'disabled' })])
    await expect(signIn()).rejects.toEqual(authError('userDisabled'))
    await expect(signIn({ forged: true })).rejects.toEqual(authError('passkeyRefused'))
    expect((await startSignIn('ada@example.org')).allowCredentials).toEqual([])
  })
})

describe('passkey options', () => {
  it('E05 lists the passkeys of a given email, and none for unknown emails', async () => {
    const { startSignIn, authenticator } = await setUp()
    const credential = { type: 'public-key', id: authenticator.credentialId }
    expect(await startSignIn()).not.toHaveProperty('allowCredentials')
    expect((await startSignIn(' ADA@example.org')).allowCredentials).toEqual([credential])
    for (const email of ['erin@example.org', 'unknown@example.com', 'not an email', ''])
      expect((await startSignIn(email)).allowCredentials).toEqual([])
  })

  it('E05 excludes the existing passkeys of the account from registration', async () => {
    const { core, ada, authenticator } = await setUp()
    const options = await startPasskeyRegistration(core, relyingParty, { user: ada, authority: [] })
    expect(options.excludeCredentials).toEqual([{ type: 'public-key', id: authenticator.credentialId }])
  })
})

describe('credential ids', () => {
  it('W04 rejects a credential id that another account has, at registration and sign-up', async () => {
    const { core, erin, authenticator, register, counts } = await setUp()
    const { credentialId } = authenticator
    await expect(register(erin, { credentialId })).rejects.toEqual(authError('passkeyTaken'))

    const start = { realm, email: 'sam@example.com', name: 'Sam', browserNonce, requestMeta }
    const options = await startPasskeySignUp(core, relyingParty, start)
    const attestation = await createAuthenticator().create(options, { credentialId })
    await expect(
      finishPasskeySignUp(core, relyingParty, { realm, browserNonce, attestation, requestMeta }),
    ).rejects.toEqual(authError('passkeyTaken'))
    expect(await counts()).toMatchObject({ users: 2, passkeys: 1, sessions: 0 })
  })

  it('W04 rejects credential ids of more than 1023 bytes', async () => {
    const { erin, register } = await setUp()
    const credentialId = base64url.encode(new Uint8Array(1024))
    await expect(register(erin, { credentialId })).rejects.toEqual(authError('passkeyRefused'))
  })

  it('W04 uses the random user id as the user handle', async () => {
    const { core, ada } = await setUp()
    const { user } = await startPasskeyRegistration(core, relyingParty, { user: ada, authority: [] })
    expect(new TextDecoder().decode(base64url.decode(user.id))).toBe(ada.id)
  })
})

describe('emails at passkey sign-up', () => {
  it('rejects an email that is taken at the start or by the end of a sign-up', async () => {
    const { core, counts } = await setUp()
    const start = { realm, name: 'Sam', browserNonce, requestMeta }
    await expect(
      startPasskeySignUp(core, relyingParty, { ...start, email: 'ada@example.org' }),
    ).rejects.toEqual(authError('emailTaken'))
    const attestations = await Promise.all(
      times(3, 'sam@example.com').map(async (email) =>
        createAuthenticator().create(await startPasskeySignUp(core, relyingParty, { ...start, email })),
      ),
    )
    const { succeeded, codes } = await inParallel(attestations, (attestation) =>
      finishPasskeySignUp(core, relyingParty, { realm, browserNonce, attestation, requestMeta }),
    )
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['emailTaken'] })
    expect(await counts()).toMatchObject({ users: 3, passkeys: 2, sessions: 1 })
  })
})
