import { base64url } from 'jose'
import { newUser } from './accounts.ts'
import { canonicalEmail, parseEmail } from './emails.ts'
import { AuthError } from './errors.ts'
import { recorded } from './events.ts'
import { challengeSeconds, newChallenge, useChallenge } from './passkey-challenges.ts'
import {
  type Assertion,
  type Attestation,
  algorithms,
  type PasskeySite,
  verifyAssertion,
  verifyAttestation,
} from './passkey-verification.ts'
import type { Client, Core } from './ports.ts'
import { type Grant, newSession, requireLive } from './sessions.ts'
import { createAccount, requireEmailFree, requireNoGuest } from './sign-up.ts'
import { type Change, insert, remove, update } from './store.ts'
import type { OneTimeToken, Passkey, User } from './tables.ts'

export { challengeRow } from './passkey-challenges.ts'
export type { Assertion, Attestation, PasskeySite } from './passkey-verification.ts'

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
  /** Absent where no address was named: then the person chooses among the passkeys on the device. */
  allowCredentials?: Descriptor[]
}

// Adding a passkey to an account

/**
 * Options that work once, for this user, for 300 seconds; asking again replaces them.
 * @throws {AuthError} guestNotAllowed
 */
export const startPasskeyRegistration = async (
  core: Core,
  site: PasskeySite,
  { user }: { user: User },
): Promise<PasskeyCreationOptions> => {
  requireNoGuest(user)
  const { challenge, row } = newChallenge(core, {
    ceremony: 'passkeyRegistration',
    realm: user.realm,
    userId: user.id,
  })
  const existing = await passkeysOf(core, user.id)
  await core.store.write([
    remove('oneTimeTokens', { userId: user.id, purpose: 'passkeyRegistration' }),
    insert('oneTimeTokens', row),
  ])
  return {
    ...creationOptions(site, challenge, user),
    excludeCredentials: existing.map(descriptorOf),
  }
}

/**
 * Stores the passkey. The options are used up by the first attempt that names their challenge, whatever comes of it.
 * @throws {AuthError} guestNotAllowed, passkeyChallengeNotFound, passkeyRefused, passkeyTaken
 */
export const finishPasskeyRegistration = (
  core: Core,
  site: PasskeySite,
  { user, attestation, client }: { user: User; attestation: Attestation; client: Client },
): Promise<Passkey> => {
  const { id: userId, realm } = user
  return recorded(core, { name: 'passkeyRegistration', realm, client, userId }, async () => {
    requireNoGuest(user)
    const { challenge } = await useChallenge(core, attestation.clientDataJSON, {
      ceremony: 'passkeyRegistration',
      realm,
      userId,
    })
    const passkey = passkeyOf(core, userId, await verifyAttestation(site, challenge, attestation))
    const outcome = await core.store.write([insert('passkeys', passkey)])
    if (outcome.done) return passkey
    throw new AuthError(outcome.reason === 'taken' ? 'passkeyTaken' : 'userNotFound')
  })
}

// Signing in

/**
 * Options that work once, for 300 seconds. Those for an unknown address look like those for an account without passkeys.
 * @param input.email as it was sent; undefined for whichever passkey is on the device
 * @param input.binding a secret that only this browser has, in a cookie
 */
export const startPasskeySignIn = async (
  core: Core,
  site: PasskeySite,
  { realm, email, binding }: { realm: string; email?: string | undefined; binding: string },
): Promise<PasskeyRequestOptions> => {
  const allowed = email === undefined ? undefined : await passkeysOfEmail(core, realm, email)
  const { challenge, row } = newChallenge(core, {
    ceremony: 'passkeySignIn',
    realm,
    binding,
    data: { allowed: allowed?.map(({ credentialId }) => credentialId) ?? [] },
  })
  await core.store.write([insert('oneTimeTokens', row)])
  return {
    challenge,
    rpId: site.rpId,
    userVerification: 'preferred',
    timeout: challengeSeconds * 1000,
    ...(allowed && { allowCredentials: allowed.map(descriptorOf) }),
  }
}

/**
 * Signs in the owner of a passkey. The options are used up by the first attempt that names their challenge.
 * @param input.binding what the browser sent, null for a client without cookies: the challenge alone leads to the options
 * @throws {AuthError} passkeyChallengeNotFound, passkeyNotFound, passkeyRefused (site, signature or owner do not match),
 *   passkeyCloned (its counter did not advance), userDisabled
 */
export const finishPasskeySignIn = (
  core: Core,
  site: PasskeySite,
  {
    realm,
    assertion,
    binding,
    client,
  }: { realm: string; assertion: Assertion; binding: string | null; client: Client },
): Promise<Grant> =>
  recorded(core, { name: 'passkeySignIn', realm, client }, async (concerns) => {
    const { challenge, row } = await useChallenge(core, assertion.clientDataJSON, {
      ceremony: 'passkeySignIn',
      realm,
      binding,
    })
    for (;;) {
      const passkey = await core.store.find('passkeys', { credentialId: assertion.credentialId })
      const user = passkey && (await core.store.find('users', { id: passkey.userId, realm }))
      if (!passkey || !user) throw new AuthError('passkeyNotFound')
      concerns(user.id)
      requireAllowed(row, passkey)
      if (assertion.userHandle && assertion.userHandle !== handleOf(user))
        throw new AuthError('passkeyRefused', { reason: 'userHandle' })
      const counter = await verifyAssertion(site, challenge, passkey, assertion)
      // Two zeros are an authenticator that does not count (WebAuthn L3, section 6.1.1).
      if ((counter > 0 || passkey.counter > 0) && counter <= passkey.counter)
        throw new AuthError('passkeyCloned')
      requireLive(core, user)
      const session = await newSession(core, user, client)
      const counting = update(
        'passkeys',
        { credentialId: passkey.credentialId, counter: passkey.counter },
        { counter },
        { expect: 1 },
      )
      const outcome = await core.store.write([counting, ...session.changes])
      if (outcome.done) return session.grant
      // The same passkey signed in elsewhere meanwhile: its counter decides again.
    }
  })

const requireAllowed = ({ data: { allowed } }: OneTimeToken, { credentialId }: Passkey) => {
  if (Array.isArray(allowed) && allowed.length > 0 && !allowed.includes(credentialId))
    throw new AuthError('passkeyRefused', { reason: 'notAllowed' })
}

// Signing up

/**
 * Options for an account that does not exist yet; until it does, the address is not reserved.
 * @param input.email as it was sent
 * @param input.remember what finishing needs to know besides, such as an invitation
 * @throws {AuthError} invalidEmail, emailTaken, rateLimited (too many taken addresses); what `admit` throws
 */
export const startPasskeySignUp = async (
  core: Core,
  site: PasskeySite,
  { realm, email, name, binding, remember = {}, admit, client }: PasskeySignUpStart,
): Promise<PasskeyCreationOptions> => {
  const newcomer = { id: core.newId('user'), email: parseEmail(email), name }
  await admit?.()
  await requireEmailFree(core, { realm, email: newcomer.email, client })
  const { challenge, row } = newChallenge(core, {
    ceremony: 'passkeySignUp',
    realm,
    binding,
    data: { newcomer, remember },
  })
  await core.store.write([insert('oneTimeTokens', row)])
  return creationOptions(site, challenge, newcomer)
}

export interface PasskeySignUpStart {
  realm: string
  email: string
  name: string
  binding: string
  remember?: Record<string, unknown>
  /** Refuses newcomers by throwing, before anything is told about the address. */
  admit?: () => Promise<unknown>
  client: Client
}

/**
 * Makes the account, its passkey and a session as one.
 * @param input.also what else has to come into being, made from what was remembered; refuses by throwing
 * @throws {AuthError} passkeyChallengeNotFound, passkeyRefused, passkeyTaken, emailTaken, rateLimited; what `also` throws
 */
export const finishPasskeySignUp = (
  core: Core,
  site: PasskeySite,
  { realm, attestation, binding, also, client }: PasskeySignUpFinish,
): Promise<Grant> =>
  recorded(core, { name: 'passkeySignUp', realm, client }, async (concerns) => {
    const { challenge, row } = await useChallenge(core, attestation.clientDataJSON, {
      ceremony: 'passkeySignUp',
      realm,
      binding,
    })
    const verified = await verifyAttestation(site, challenge, attestation)
    const { newcomer, remember } = row.data as { newcomer: Newcomer; remember: Record<string, unknown> }
    const user = newUser(core, { ...newcomer, realm, provider: 'passkey' })
    concerns(user.id)
    const passkey = passkeyOf(core, user.id, verified)
    const grant = await createAccount(core, user, {
      client,
      opensSession: true,
      also: async () => {
        if (await core.store.find('passkeys', { credentialId: passkey.credentialId }))
          throw new AuthError('passkeyTaken')
        return [insert('passkeys', passkey), ...((await also?.(user, remember)) ?? [])]
      },
    })
    if (!grant) throw new Error('An account by passkey was made without a session')
    return grant
  })

type Newcomer = Pick<User, 'id' | 'name'> & { email: string }

export interface PasskeySignUpFinish {
  realm: string
  attestation: Attestation
  binding: string | null
  also?: (newcomer: User, remembered: Record<string, unknown>) => Change[] | Promise<Change[]>
  client: Client
}

// Shapes

const creationOptions = (
  { rpId, rpName }: PasskeySite,
  challenge: string,
  user: Pick<User, 'id' | 'email' | 'name'>,
): PasskeyCreationOptions => ({
  challenge,
  rp: { id: rpId, name: rpName },
  user: { id: handleOf(user), name: user.email ?? user.name, displayName: user.name },
  pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
  authenticatorSelection: {
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'preferred',
  },
  timeout: challengeSeconds * 1000,
  attestation: 'none',
})

/** The user handle: the id, which is random and says nothing about anybody (WebAuthn L3, section 14.6.1). */
const handleOf = ({ id }: Pick<User, 'id'>) => base64url.encode(id)

const descriptorOf = ({ credentialId }: Passkey): Descriptor => ({ type: 'public-key', id: credentialId })

const passkeyOf = (
  { now }: Core,
  userId: string,
  verified: Pick<Passkey, 'credentialId' | 'publicKey' | 'counter'>,
): Passkey => ({ ...verified, userId, name: 'Passkey', createdAt: now() })

const passkeysOf = ({ store }: Core, userId: string) =>
  store.list('passkeys', { userId }, { orderBy: 'createdAt' })

/** None for addresses that nobody has, and for accounts that cannot sign in. */
const passkeysOfEmail = async (core: Core, realm: string, text: string): Promise<Passkey[]> => {
  const email = canonicalEmail(text)
  const user =
    email === undefined ? undefined : await core.store.find('users', { realm, email, status: 'active' })
  return user ? passkeysOf(core, user.id) : []
}
