import { newUser, releaseEmailChanges } from './accounts.ts'
import { parseEmail } from './emails.ts'
import { AuthError, isAuthError } from './errors.ts'
import { audited } from './events.ts'
import { assertVisibleName } from './invisible.ts'
import { assertNotLimited, consume, ipKey } from './limits.ts'
import { consumeMailLimits, consumeTotalMailLimit } from './mail-limits.ts'
import { assertNewPassword, hashPassword } from './passwords.ts'
import type { Core, RequestMeta } from './ports.ts'
import { guestProvider, type IssuedTokens, newSession } from './sessions.ts'
import { type Change, insert } from './store.ts'
import type { User } from './tables.ts'
import { unverifiedExpiry, verificationMailChanges } from './verification.ts'

/** The input of `signUp`. */
export interface SignUpInput {
  realm: string
  /** Raw input. */
  email: string
  password: string
  name: string
  requestMeta: RequestMeta
  /** Initial values chosen by the variant, never taken from the request unchecked. */
  defaults?: Partial<Pick<User, 'role' | 'plan' | 'profile' | 'provider'>>
  /** Throws to reject the sign-up, before anything is revealed about the email or the password. */
  authorizeSignUp?: () => Promise<unknown>
  /**
   * Returns changes to write together with the account, all or nothing. Called again if a concurrent write
   * took a unique value or consumed a row that they need.
   */
  extraChanges?: (user: User) => Change[] | Promise<Change[]>
}

/** The result of a sign-up. */
export interface SignUpResult {
  user: User
  /** Null unless `rules.signUp.opensSession`. */
  issued: IssuedTokens | null
}

/**
 * Signs up a user with a password. Writes the user, the session, the mail and `extraChanges`, all or nothing.
 * @throws {AuthError} invalidEmail, invalidName, emailTaken, rateLimited (too many taken emails or mails),
 *   overloaded; any code of `assertNewPassword`; any error of `authorizeSignUp` and `extraChanges`
 */
export function signUp(core: Core, input: SignUpInput): Promise<SignUpResult> {
  return audited(
    core,
    { name: 'signUp', realm: input.realm, requestMeta: input.requestMeta },
    async (setUserId) => {
      const email = parseEmail(input.email)
      assertVisibleName(input.name)
      await input.authorizeSignUp?.()
      await assertNewPassword(core, input.password)
      await assertEmailFree(core, { ...input, email })
      const user = newUser(core, {
        ...input.defaults,
        realm: input.realm,
        email,
        name: input.name,
        passwordHash: await hashPassword(core, input.password),
        expiresAt: unverifiedExpiry(core),
      })
      setUserId(user.id)
      const issued = await createAccount(core, user, input)
      return { user: issued?.user ?? user, issued }
    },
  )
}

/**
 * Writes a new account together with its session, its verification mail and `extraChanges`. Shared by all
 * kinds of sign-up with an email.
 * @returns null if no session was opened
 * @throws {AuthError} emailTaken, rateLimited
 */
export async function createAccount(
  core: Core,
  user: User,
  { requestMeta, extraChanges, opensSession = core.rules.signUp.opensSession }: CreateAccountOptions,
): Promise<IssuedTokens | null> {
  const session = opensSession ? await newSession(core, user, requestMeta) : null
  const mailChanges = await signUpMailChanges(core, user, requestMeta)
  for (let round = 0; round < 100; round++) {
    const outcome = await core.store.write([
      ...releaseEmailChanges(core, user),
      insert('users', user),
      ...((await extraChanges?.(user)) ?? []),
      ...mailChanges,
      ...(session?.changes ?? []),
    ])
    if (outcome.done) return session?.issued ?? null
    if (outcome.reason === 'orphaned') break
    if (outcome.reason === 'taken' && outcome.columns.includes('email'))
      throw await emailConflict(core, requestMeta)
  }
  throw new Error('The account could not be written')
}

/** The input of `createAccount`. */
export interface CreateAccountOptions extends Pick<SignUpInput, 'requestMeta' | 'extraChanges'> {
  /** By default `rules.signUp.opensSession`. */
  opensSession?: boolean
}

/**
 * Returns the changes that mail a verification link to a new account, if the rules require it. Returns none
 * beyond the limit of all mails, because the user can request the mail later.
 * @throws {AuthError} rateLimited, if the client has requested too many mails
 */
async function signUpMailChanges(core: Core, user: User, requestMeta: RequestMeta): Promise<Change[]> {
  const { realm, email } = user
  if (!core.rules.signUp.sendsVerification || email === null || user.emailVerifiedAt !== null) return []
  // Starts the pause before the next mail. Sent even if the recipient's limit is reached, because the account
  // would be unusable without it.
  await consumeMailLimits(core, { purpose: 'verifyEmail', realm, email, requestMeta }).catch((error) => {
    if (!isAuthError(error, 'tooManyMails')) throw error
  })
  if (!(await consumeTotalMailLimit(core, { hasRecipient: true, requestMeta }))) return []
  return verificationMailChanges(core, user, { realm, email })
}

/**
 * Rejects taken emails early, to save the hash. The unique column decides in case of a race.
 * @throws {AuthError} emailTaken, rateLimited
 */
export async function assertEmailFree(
  core: Core,
  { realm, email, requestMeta }: { realm: string; email: string; requestMeta: RequestMeta },
): Promise<void> {
  // Applies to free emails as well. Otherwise a 429 would reveal that the email is taken.
  await assertNotLimited(core, 'signUpConflicts', ipKey(requestMeta))
  const user = await core.store.find('users', { realm, email })
  if (user && (user.expiresAt === null || user.expiresAt > core.now()))
    throw await emailConflict(core, requestMeta)
}

function emailConflict(core: Core, requestMeta: RequestMeta): Promise<AuthError> {
  return consume(core, 'signUpConflicts', ipKey(requestMeta)).then(
    () => new AuthError('emailTaken'),
    (error) => error,
  )
}

/** Creates a guest account, which has a name, but no email and no password, and signs it in. */
export function signInAsGuest(
  core: Core,
  { realm, name, requestMeta }: { realm: string; name: string; requestMeta: RequestMeta },
): Promise<IssuedTokens> {
  return audited(core, { name: 'guestSignIn', realm, requestMeta }, async (setUserId) => {
    assertVisibleName(name)
    const user = newUser(core, {
      realm,
      email: null,
      name,
      role: 'guest',
      provider: guestProvider,
      expiresAt: core.now() + core.rules.guests.lifetimeSeconds * 1000,
    })
    setUserId(user.id)
    const session = await newSession(core, user, requestMeta)
    const outcome = await core.store.write([insert('users', user), ...session.changes])
    if (!outcome.done) throw new Error(`The guest account could not be written: ${outcome.reason}`)
    return session.issued
  })
}

/**
 * Rejects guests.
 * @throws {AuthError} guestNotAllowed
 */
export function assertNotGuest({ provider }: Pick<User, 'provider'>): void {
  if (provider === guestProvider) throw new AuthError('guestNotAllowed')
}
