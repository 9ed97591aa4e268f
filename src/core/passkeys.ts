import { base64url } from 'jose'
import { newUser } from './accounts.ts'
import { type Authority, writeWithAuthority } from './authority.ts'
import { canonicalEmail, parseEmail } from './emails.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import { assertVisibleName } from './invisible.ts'
import { challengeSeconds, consumeChallenge, newChallenge } from './passkey-challenges.ts'
import { type Assertion, type Attestation, algorithms, type RelyingParty } from './passkey-messages.ts'
import type { Core, RequestMeta } from './ports.ts'
import { assertActive, type IssuedTokens, newSession } from './sessions.ts'
import { assertEmailFree, assertNotGuest, createAccount } from './sign-up.ts'
import { type Change, insert, remove, update } from './store.ts'
import type { OneTimeToken, Passkey, User } from './tables.ts'

export { challengeRow } from './passkey-challenges.ts'
export type { Assertion, Attestation, RelyingParty } from './passkey-messages.ts'

/** Lazy import: the WebAuthn library takes 0.2 seconds to load, and a quarter of a bundle for browsers. */
const verification = () => import('./passkey-verification.ts')
type Verification = Awaited<ReturnType<typeof verification>>

const verifyAttestation: Verification['verifyAttestation'] = async (...parameters) =>
  (await verification()).verifyAttestation(...parameters)

const verifyAssertion: Verification['verifyAssertion'] = async (...parameters) =>
  (await verification()).verifyAssertion(...parameters)

interface Descriptor {
  type: 'public-key'
  id: string
}

/** `PublicKeyCredentialCreationOptionsJSON`. */
export interface PasskeyCreationOptions {
  challenge: string
  rp: { id: string; name: string }
  user: { id: string; name: string; displayName: string }
  pubKeyCredParams: { type: 'public-key'; alg: number }[]
  authenticatorSelection: {
    residentKey: 'required'
    requireResidentKey: true
    userVerification: 'preferred'
  }
  timeout: number
  attestation: 'none'
  /** Absent at sign-up. */
  excludeCredentials?: Descriptor[]
}

/** `PublicKeyCredentialRequestOptionsJSON`. */
export interface PasskeyRequestOptions {
  challenge: string
  rpId: string
  userVerification: 'preferred'
  timeout: number
  /** Absent if no email was given: then the user chooses among the passkeys on the device. */
  allowCredentials?: Descriptor[]
}

// Adding a passkey to an account

/**
 * Starts adding a passkey to an account. The options are single-use, expire after 300 seconds, and replace
 * earlier ones.
 * @throws {AuthError} guestNotAllowed; any code of `authority`
 */
export async function startPasskeyRegistration(
  core: Core,
  relyingParty: RelyingParty,
  { user, authority }: { user: User; authority: Authority },
): Promise<PasskeyCreationOptions> {
  assertNotGuest(user)
  const { challenge, row } = newChallenge(core, {
    ceremony: 'passkeyRegistration',
    realm: user.realm,
    userId: user.id,
  })
  const existing = await listPasskeys(core, user.id)
  await writeWithAuthority(core, authority, [
    remove('oneTimeTokens', { userId: user.id, purpose: 'passkeyRegistration' }),
    insert('oneTimeTokens', row),
  ])
  return {
    ...creationOptions(relyingParty, challenge, user),
    excludeCredentials: existing.map(toDescriptor),
  }
}

/**
 * Finishes adding a passkey to an account. The first attempt consumes the challenge, whether or not it
 * succeeds.
 * @throws {AuthError} guestNotAllowed, passkeyChallengeNotFound, passkeyRefused, passkeyTaken; any code of
 *   `authority`
 */
export function finishPasskeyRegistration(
  core: Core,
  relyingParty: RelyingParty,
  {
    user,
    attestation,
    authority,
    requestMeta,
  }: { user: User; attestation: Attestation; authority: Authority; requestMeta: RequestMeta },
): Promise<Passkey> {
  const { id: userId, realm } = user
  return audited(core, { name: 'passkeyRegistration', realm, requestMeta, userId }, async () => {
    assertNotGuest(user)
    const { challenge } = await consumeChallenge(core, attestation.clientDataJSON, {
      ceremony: 'passkeyRegistration',
      realm,
      userId,
    })
    const passkey = newPasskey(core, userId, await verifyAttestation(relyingParty, challenge, attestation))
    const outcome = await writeWithAuthority(core, authority, [insert('passkeys', passkey)])
    if (outcome.done) return passkey
    throw new AuthError(outcome.reason === 'taken' ? 'passkeyTaken' : 'userNotFound')
  })
}

// Signing in

/**
 * Starts a sign-in. The options are single-use and expire after 300 seconds. Options for an unknown email
 * look like those for an account without passkeys.
 * @param input.email raw input; undefined for any passkey on the device
 * @param input.browserNonce a secret in a cookie of the browser
 */
export async function startPasskeySignIn(
  core: Core,
  relyingParty: RelyingParty,
  { realm, email, browserNonce }: { realm: string; email?: string | undefined; browserNonce: string },
): Promise<PasskeyRequestOptions> {
  const allowed = email === undefined ? undefined : await listPasskeysByEmail(core, realm, email)
  const { challenge, row } = newChallenge(core, {
    ceremony: 'passkeySignIn',
    realm,
    browserNonce,
    data: { allowed: allowed?.map(({ credentialId }) => credentialId) ?? [] },
  })
  await core.store.write([insert('oneTimeTokens', row)])
  return {
    challenge,
    rpId: relyingParty.rpId,
    userVerification: 'preferred',
    timeout: challengeSeconds * 1000,
    ...(allowed && { allowCredentials: allowed.map(toDescriptor) }),
  }
}

/**
 * Signs in the owner of a passkey. The first attempt consumes the challenge, whether or not it succeeds.
 * @param input.browserNonce the secret from the cookie; null for clients without cookies
 * @throws {AuthError} passkeyChallengeNotFound, passkeyNotFound, passkeyRefused (origin, signature or owner
 *   mismatch), passkeyCloned (the signature counter did not increase), userDisabled
 */
export function finishPasskeySignIn(
  core: Core,
  relyingParty: RelyingParty,
  {
    realm,
    assertion,
    browserNonce,
    requestMeta,
  }: { realm: string; assertion: Assertion; browserNonce: string | null; requestMeta: RequestMeta },
): Promise<IssuedTokens> {
  return audited(core, { name: 'passkeySignIn', realm, requestMeta }, async (setUserId) => {
    const { challenge, row } = await consumeChallenge(core, assertion.clientDataJSON, {
      ceremony: 'passkeySignIn',
      realm,
      browserNonce,
    })
    for (;;) {
      const passkey = await core.store.find('passkeys', { credentialId: assertion.credentialId })
      const user = passkey && (await core.store.find('users', { id: passkey.userId, realm }))
      if (!passkey || !user) throw new AuthError('passkeyNotFound')
      setUserId(user.id)
      assertAllowed(row, passkey)
      if (assertion.userHandle && assertion.userHandle !== toUserHandle(user))
        throw new AuthError('passkeyRefused', { reason: 'userHandle' })
      const counter = await verifyAssertion(relyingParty, challenge, passkey, assertion)
      // Authenticators without a counter always send zero (WebAuthn L3, section 6.1.1).
      if ((counter > 0 || passkey.counter > 0) && counter <= passkey.counter)
        throw new AuthError('passkeyCloned')
      assertActive(core, user)
      const session = await newSession(core, user, requestMeta)
      const advanceCounter = update(
        'passkeys',
        { credentialId: passkey.credentialId, counter: passkey.counter },
        { counter },
        { expect: 1 },
      )
      const outcome = await core.store.write([
        // Changes nothing: locks the account, so that a concurrent reset ends the new session as well.
        update('users', { id: user.id }, {}, { expect: 1 }),
        advanceCounter,
        ...session.changes,
      ])
      if (outcome.done) return session.issued
      // A concurrent sign-in has advanced the counter, or a reset has revoked the passkey: check it again.
    }
  })
}

function assertAllowed({ data: { allowed } }: OneTimeToken, { credentialId }: Passkey) {
  if (Array.isArray(allowed) && allowed.length > 0 && !allowed.includes(credentialId))
    throw new AuthError('passkeyRefused', { reason: 'notAllowed' })
}

// Signing up

/**
 * Starts a sign-up with a passkey. The email is not reserved until the sign-up is finished.
 * @throws {AuthError} invalidEmail, invalidName, emailTaken, rateLimited (too many taken emails); any error
 *   of `authorizeSignUp`
 */
export async function startPasskeySignUp(
  core: Core,
  relyingParty: RelyingParty,
  { realm, email, name, browserNonce, context = {}, authorizeSignUp, requestMeta }: PasskeySignUpStart,
): Promise<PasskeyCreationOptions> {
  assertVisibleName(name)
  const pendingUser = { id: core.newId('user'), email: parseEmail(email), name }
  await authorizeSignUp?.()
  await assertEmailFree(core, { realm, email: pendingUser.email, requestMeta })
  const { challenge, row } = newChallenge(core, {
    ceremony: 'passkeySignUp',
    realm,
    browserNonce,
    data: { pendingUser, context },
  })
  await core.store.write([insert('oneTimeTokens', row)])
  return creationOptions(relyingParty, challenge, pendingUser)
}

/** The input of `startPasskeySignUp`. */
export interface PasskeySignUpStart {
  realm: string
  /** Raw input. */
  email: string
  name: string
  /** A secret in a cookie of the browser. */
  browserNonce: string
  /** Data for `extraChanges`, such as an invitation. Stored with the challenge. */
  context?: Record<string, unknown>
  /** Throws to reject the sign-up, before anything is revealed about the email. */
  authorizeSignUp?: () => Promise<unknown>
  requestMeta: RequestMeta
}

/**
 * Finishes a sign-up: writes the account, its passkey and a session, all or nothing.
 * @throws {AuthError} passkeyChallengeNotFound, passkeyRefused, passkeyTaken, emailTaken, rateLimited; any
 *   error of `extraChanges`
 */
export function finishPasskeySignUp(
  core: Core,
  relyingParty: RelyingParty,
  { realm, attestation, browserNonce, extraChanges, requestMeta }: PasskeySignUpFinish,
): Promise<IssuedTokens> {
  return audited(core, { name: 'passkeySignUp', realm, requestMeta }, async (setUserId) => {
    const { challenge, row } = await consumeChallenge(core, attestation.clientDataJSON, {
      ceremony: 'passkeySignUp',
      realm,
      browserNonce,
    })
    const verified = await verifyAttestation(relyingParty, challenge, attestation)
    const { pendingUser, context } = row.data as {
      pendingUser: PendingUser
      context: Record<string, unknown>
    }
    const user = newUser(core, { ...pendingUser, realm, provider: 'passkey' })
    setUserId(user.id)
    const passkey = newPasskey(core, user.id, verified)
    const issued = await createAccount(core, user, {
      requestMeta,
      opensSession: true,
      extraChanges: async () => {
        if (await core.store.find('passkeys', { credentialId: passkey.credentialId }))
          throw new AuthError('passkeyTaken')
        return [insert('passkeys', passkey), ...((await extraChanges?.(user, context)) ?? [])]
      },
    })
    if (!issued) throw new Error('The passkey sign-up opened no session')
    return issued
  })
}

type PendingUser = Pick<User, 'id' | 'name'> & { email: string }

/** The input of `finishPasskeySignUp`. */
export interface PasskeySignUpFinish {
  realm: string
  attestation: Attestation
  /** The secret from the cookie; null for clients without cookies. */
  browserNonce: string | null
  /** Returns changes to write together with the account, given the context of the start. Throws to reject. */
  extraChanges?: (user: User, context: Record<string, unknown>) => Change[] | Promise<Change[]>
  requestMeta: RequestMeta
}

function creationOptions(
  { rpId, rpName }: RelyingParty,
  challenge: string,
  user: Pick<User, 'id' | 'email' | 'name'>,
): PasskeyCreationOptions {
  return {
    challenge,
    rp: { id: rpId, name: rpName },
    user: { id: toUserHandle(user), name: user.email ?? user.name, displayName: user.name },
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'preferred',
    },
    timeout: challengeSeconds * 1000,
    attestation: 'none',
  }
}

/** Returns the user handle: the id, which is random and reveals nothing (WebAuthn L3, section 14.6.1). */
const toUserHandle = ({ id }: Pick<User, 'id'>) => base64url.encode(id)

const toDescriptor = ({ credentialId }: Passkey): Descriptor => ({ type: 'public-key', id: credentialId })

function newPasskey(
  { now }: Core,
  userId: string,
  verified: Pick<Passkey, 'credentialId' | 'publicKey' | 'counter'>,
): Passkey {
  return { ...verified, userId, name: 'Passkey', createdAt: now() }
}

function listPasskeys({ store }: Core, userId: string) {
  return store.list('passkeys', { userId }, { orderBy: 'createdAt' })
}

/**
 * Returns no passkeys for unknown emails and disabled accounts. Runs the same queries for them: no timing
 * oracle.
 */
async function listPasskeysByEmail(core: Core, realm: string, text: string): Promise<Passkey[]> {
  const email = canonicalEmail(text) ?? ''
  const user = await core.store.find('users', { realm, email, status: 'active' })
  return listPasskeys(core, user?.id ?? '')
}
