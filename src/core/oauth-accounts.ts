import { findUser, newUser, releaseEmailChanges } from './accounts.ts'
import { canonicalEmail } from './emails.ts'
import { AuthError } from './errors.ts'
import type { OAuthProfile } from './oauth-provider.ts'
import type { Core, RequestMeta } from './ports.ts'
import { assertActive, newSession } from './sessions.ts'
import { type Change, insert, remove, StoreUnavailableError, update } from './store.ts'
import type { Identity, User } from './tables.ts'

/** Where documented APIs differ in whose account a provider's word opens. */
export interface OAuthPolicy {
  /**
   * An address that has an account already:
   * never: stays with that account's own way of signing in.
   * whenVerified: is joined to it if the provider has verified it, and so have we, or the account has no password; but not
   * where another account of that provider is joined to it.
   */
  linking: 'never' | 'whenVerified'
  /** Whether an address that the provider does not vouch for opens a new account, as an unverified one. */
  acceptsUnverifiedEmail: boolean
  /** Whether name and picture follow the provider at every sign-in. */
  syncsProfile: boolean
  /** Brings a name into the form that the API wants. */
  normalizeName?: (name: string) => string
  /** What else has to come into being together with a new account, all or nothing. Refuses a newcomer by throwing. */
  extraChanges?: (newcomer: User) => Change[] | Promise<Change[]>
}

/** What has to be written for somebody to be signed in as `user`. */
interface SignInPlan {
  user: User
  isNew: boolean
  changes: Change[]
}

interface OAuthLogin {
  realm: string
  provider: string
  profile: OAuthProfile
  policy: OAuthPolicy
}

/**
 * Signs in whoever the provider says it is: the pair of provider and subject counts, an address only opens a new account
 * or, where the policy says so, joins one (ASVS 6.8.1).
 * @throws {AuthError} userDisabled; oauthEmailMissing for no address, or one that is not vouched for where that is asked;
 *   accountNotLinked; what `policy.extraChanges` throws
 */
export async function signInWithOAuthProfile(
  core: Core,
  {
    requestMeta,
    setUserId,
    ...arrival
  }: OAuthLogin & { requestMeta: RequestMeta; setUserId: (userId: string) => void },
) {
  // Another callback may make the same account, or somebody take the same address, between the look and the write.
  for (let round = 0; round < 100; round++) {
    const plan = await planSignIn(core, arrival)
    setUserId(plan.user.id)
    assertActive(core, plan.user)
    const session = await newSession(core, plan.user, requestMeta)
    const outcome = await core.store.write([...plan.changes, ...session.changes])
    if (outcome.done) return { issued: session.issued, isNew: plan.isNew }
  }
  throw new StoreUnavailableError('The account of a provider changed faster than it could be read.')
}

async function planSignIn(core: Core, arrival: OAuthLogin): Promise<SignInPlan> {
  const { realm, provider, profile, policy } = arrival
  const { subject } = profile
  const identity = await core.store.find('identities', { realm, provider, subject })
  const owner = identity && (await core.store.find('users', { id: identity.userId }))
  if (owner) return planReturningUser(core, owner, arrival)

  const email = profile.email === null ? undefined : canonicalEmail(profile.email)
  if (email === undefined || !(profile.emailVerified || policy.acceptsUnverifiedEmail))
    throw new AuthError('oauthEmailMissing')
  const holder = await findUser(core, { realm, email })
  if (!holder) return planNewUser(core, email, arrival)
  // The provider knows the holder by another subject, so there the address has changed hands.
  const isAnothers = await core.store.find('identities', { userId: holder.id, realm, provider })
  if (isAnothers && holder.emailVerifiedAt !== null) throw new AuthError('accountNotLinked')
  return planLink(core, holder, arrival)
}

function planReturningUser({ now }: Core, user: User, { profile, policy }: OAuthLogin): SignInPlan {
  if (!policy.syncsProfile) return { user, isNew: false, changes: [] }
  const shown = {
    name: toDisplayName(profile, policy) ?? user.name,
    picture: toPictureUrl(profile) ?? user.picture,
  }
  if (shown.name === user.name && shown.picture === user.picture) return { user, isNew: false, changes: [] }
  const followed = { ...user, ...shown, updatedAt: now() }
  const { name, picture, updatedAt } = followed
  return {
    user: followed,
    isNew: false,
    changes: [update('users', { id: user.id }, { name, picture, updatedAt })],
  }
}

function planLink({ now }: Core, holder: User, arrival: OAuthLogin): SignInPlan {
  const { profile, policy } = arrival
  const isProven = profile.emailVerified && (holder.emailVerifiedAt !== null || holder.passwordHash === null)
  if (policy.linking === 'never' || !isProven) throw new AuthError('accountNotLinked')
  const user: User = {
    ...holder,
    emailVerifiedAt: holder.emailVerifiedAt ?? now(),
    expiresAt: null,
    picture: holder.picture ?? toPictureUrl(profile),
    updatedAt: now(),
  }
  const { id, email, passwordHash, emailVerifiedAt } = holder
  return {
    user,
    isNew: false,
    changes: [
      // Holds only if the account still is what was looked at: a password set meanwhile is not the owner's.
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
      ...(emailVerifiedAt === null ? revokeCredentialsChanges(holder, now()) : []),
      insert('identities', toIdentity(user, arrival, now())),
    ],
  }
}

/**
 * Whoever made an account with an address that was never verified may not have been its owner. Once the owner proves to be,
 * nothing from before opens the account any more (Sudhodanan and Paverd, "Pre-hijacked accounts", 2022).
 */
export function revokeCredentialsChanges({ id: userId }: Pick<User, 'id'>, now: number): Change[] {
  return [
    remove('sessions', { userId }),
    remove('identities', { userId }),
    remove('passkeys', { userId }),
    remove('oneTimeTokens', { userId }),
    update('apiKeys', { userId, revokedAt: null }, { revokedAt: now }),
  ]
}

async function planNewUser(core: Core, email: string, arrival: OAuthLogin): Promise<SignInPlan> {
  const { realm, provider, profile, policy } = arrival
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
      insert('identities', toIdentity(user, arrival, now)),
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

/** @returns undefined for no name, or one of which nothing remains */
function toDisplayName(
  { name }: OAuthProfile,
  { normalizeName = (text) => text }: OAuthPolicy,
): string | undefined {
  const plain = (name ?? '').toWellFormed().replace(/\p{Cc}/gu, '')
  const clean = [...normalizeName(plain).trim()].slice(0, 100).join('').trim()
  return clean === '' ? undefined : clean
}

/** Others will see it in their pages: only what is fetched like a picture. */
function toPictureUrl({ picture }: OAuthProfile): string | null {
  return picture !== null && /^https?:\/\/.{1,2040}$/.test(picture) && URL.canParse(picture)
    ? new URL(picture).href
    : null
}
