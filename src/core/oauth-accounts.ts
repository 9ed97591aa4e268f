import { findUser, newUser, releaseEmailChanges } from './accounts.ts'
import { canonicalEmail } from './emails.ts'
import { AuthError } from './errors.ts'
import { toVisibleName } from './invisible.ts'
import type { OAuthProfile } from './oauth-provider.ts'
import type { Core, RequestMeta } from './ports.ts'
import { assertActive, newSession } from './sessions.ts'
import { type Change, insert, requireRow, StoreUnavailableError, update } from './store.ts'
import type { Identity, User } from './tables.ts'
import { revokeUnprovenSetupChanges } from './unproven-owner.ts'

/** How an API maps provider profiles to accounts. */
export interface OAuthPolicy {
  /**
   * How to handle an email that already has an account:
   * - `never`: the sign-in is rejected.
   * - `whenVerified`: the identity is linked to the account if the provider has verified the email and either
   *   we have verified it as well or the account has no password. Never if another account of the provider is
   *   linked already.
   */
  linking: 'never' | 'whenVerified'
  /** Whether an email that the provider has not verified can create a new, unverified account. */
  acceptsUnverifiedEmail: boolean
  /** Whether each sign-in copies name and picture from the provider. */
  syncsProfile: boolean
  /** Converts a name to the form that the API requires. */
  normalizeName?: (name: string) => string
  /** Returns changes to write together with a new account, all or nothing. Throws to reject the sign-up. */
  extraChanges?: (user: User) => Change[] | Promise<Change[]>
}

/** The user to sign in, and the changes that this requires. */
interface SignInPlan {
  user: User
  isNew: boolean
  changes: Change[]
}

/** A profile that a provider has authenticated. */
interface OAuthLogin {
  realm: string
  provider: string
  profile: OAuthProfile
  policy: OAuthPolicy
}

/**
 * Signs in the user of a provider profile, and creates or links the account if necessary. Users are
 * identified by provider and subject. The email only creates an account or, if the policy allows it, links
 * one (ASVS 6.8.1).
 * @throws {AuthError} userDisabled; oauthEmailMissing (no email, or not verified although the policy requires
 *   it); accountNotLinked; any error of `policy.extraChanges`
 */
export async function signInWithOAuthProfile(
  core: Core,
  {
    requestMeta,
    setUserId,
    ...login
  }: OAuthLogin & { requestMeta: RequestMeta; setUserId: (userId: string) => void },
) {
  // The write fails if a concurrent request created or changed the account after it was read.
  for (let round = 0; round < 100; round++) {
    const plan = await planSignIn(core, login)
    setUserId(plan.user.id)
    assertActive(core, plan.user)
    const session = await newSession(core, plan.user, requestMeta)
    const outcome = await core.store.write([...plan.changes, ...session.changes])
    if (outcome.done) return { issued: session.issued, isNew: plan.isNew }
  }
  throw new StoreUnavailableError('The account was changed concurrently too many times')
}

async function planSignIn(core: Core, login: OAuthLogin): Promise<SignInPlan> {
  const { realm, provider, profile, policy } = login
  const { subject } = profile
  const identity = await core.store.find('identities', { realm, provider, subject })
  const owner = identity && (await core.store.find('users', { id: identity.userId }))
  if (owner) return planReturningUser(core, owner, login)

  const email = profile.email === null ? undefined : canonicalEmail(profile.email)
  if (email === undefined || !(profile.emailVerified || policy.acceptsUnverifiedEmail))
    throw new AuthError('oauthEmailMissing')
  const existing = await findUser(core, { realm, email })
  if (!existing) return planNewUser(core, email, login)
  // The account is linked to another subject of this provider, so there the email has changed owners.
  const otherIdentity = await core.store.find('identities', { userId: existing.id, realm, provider })
  if (otherIdentity && existing.emailVerifiedAt !== null) throw new AuthError('accountNotLinked')
  return planLink(core, existing, login)
}

function planReturningUser(
  { now }: Core,
  user: User,
  { realm, provider, profile, policy }: OAuthLogin,
): SignInPlan {
  const { id } = user
  const name = toDisplayName(profile, policy) ?? user.name
  const picture = toPictureUrl(profile) ?? user.picture
  const isCurrent = !policy.syncsProfile || (name === user.name && picture === user.picture)
  const set = isCurrent ? {} : { name, picture, updatedAt: now() }
  return {
    user: { ...user, ...set },
    isNew: false,
    changes: [
      // Even without new values: locks the account, so that a concurrent reset ends the new session as well.
      update('users', { id }, set, { expect: 1 }),
      requireRow('identities', { realm, provider, subject: profile.subject, userId: id }),
    ],
  }
}

async function planLink(core: Core, existing: User, login: OAuthLogin): Promise<SignInPlan> {
  const { now } = core
  const { profile, policy } = login
  const isVerified =
    profile.emailVerified && (existing.emailVerifiedAt !== null || existing.passwordHash === null)
  if (policy.linking === 'never' || !isVerified) throw new AuthError('accountNotLinked')
  const user: User = {
    ...existing,
    emailVerifiedAt: existing.emailVerifiedAt ?? now(),
    expiresAt: null,
    picture: existing.picture ?? toPictureUrl(profile),
    updatedAt: now(),
  }
  const { id, email, passwordHash, emailVerifiedAt } = existing
  return {
    user,
    isNew: false,
    changes: [
      // Fails if the account was changed meanwhile: the owner of the email may not have set a new password.
      update(
        'users',
        { id, email, passwordHash, emailVerifiedAt },
        {
          emailVerifiedAt: user.emailVerifiedAt,
          expiresAt: null,
          picture: user.picture,
          updatedAt: user.updatedAt,
        },
        { expect: 1 },
      ),
      ...(emailVerifiedAt === null ? await revokeUnprovenSetupChanges(core, existing) : []),
      insert('identities', toIdentity(user, login, now())),
    ],
  }
}

async function planNewUser(core: Core, email: string, login: OAuthLogin): Promise<SignInPlan> {
  const { realm, provider, profile, policy } = login
  const now = core.now()
  const user = newUser(core, {
    realm,
    email,
    emailVerifiedAt: profile.emailVerified ? now : null,
    name: toDisplayName(profile, policy) ?? email.slice(0, email.indexOf('@')),
    picture: toPictureUrl(profile),
    provider,
  })
  return {
    user,
    isNew: true,
    changes: [
      ...releaseEmailChanges(core, user),
      insert('users', user),
      insert('identities', toIdentity(user, login, now)),
      ...((await policy.extraChanges?.(user)) ?? []),
    ],
  }
}

function toIdentity(user: User, { realm, provider, profile }: OAuthLogin, createdAt: number): Identity {
  return {
    realm,
    provider,
    subject: profile.subject,
    userId: user.id,
    createdAt,
  }
}

/** Returns a name that is safe to display; undefined if there is no name or nothing of it is left. */
function toDisplayName(
  { name }: OAuthProfile,
  { normalizeName = (text) => text }: OAuthPolicy,
): string | undefined {
  const plain = (name ?? '').toWellFormed().replace(/\p{Cc}/gu, '')
  const clean = [...toVisibleName(normalizeName(plain)).trim()].slice(0, 100).join('').trim()
  return clean === '' ? undefined : clean
}

/** Returns the URL of the picture if it is http(s), since other users' pages will load it. */
function toPictureUrl({ picture }: OAuthProfile): string | null {
  return picture !== null && /^https?:\/\/.{1,2040}$/.test(picture) && URL.canParse(picture)
    ? new URL(picture).href
    : null
}
