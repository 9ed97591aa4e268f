import { newUser, releaseEmailChanges } from './accounts.ts'
import { parseEmail } from './emails.ts'
import { AuthError, isAuthError } from './errors.ts'
import { audited } from './events.ts'
import { assertNotLimited, consume, ipKey } from './limits.ts'
import { consumeMailLimits, consumeTotalMailLimit } from './mail-tokens.ts'
import { assertNewPassword, hashPassword } from './passwords.ts'
import type { Core, RequestMeta } from './ports.ts'
import { guestProvider, type IssuedTokens, newSession } from './sessions.ts'
import { type Change, insert } from './store.ts'
import type { User } from './tables.ts'
import { unverifiedExpiry, verificationMailChanges } from './verification.ts'

export interface SignUpInput {
  realm: string
  /** As it was sent. */
  email: string
  password: string
  name: string
  requestMeta: RequestMeta
  /** What else the variant decides about newcomers: role, plan, profile. Never from a request's body. */
  defaults?: Partial<Pick<User, 'role' | 'plan' | 'profile' | 'provider'>>
  /** Refuses newcomers by throwing, before anything is told about password and address. */
  authorizeSignUp?: () => Promise<unknown>
  /**
   * What else has to happen together with the account, all or nothing. Called again if meanwhile a value in it that has to be
   * unique was taken, or a row that it uses up was.
   */
  extraChanges?: (user: User) => Change[] | Promise<Change[]>
}

export interface SignUpResult {
  user: User
  /** Null unless `rules.signUp.opensSession`. */
  issued: IssuedTokens | null
}

/**
 * Makes an account with a password. User, session, mail and what `extraChanges` adds are written as one.
 * @throws {AuthError} invalidEmail, emailTaken, rateLimited (too many taken addresses), overloaded, and those of
 *   `checkNewPassword`; whatever `authorizeSignUp` and `extraChanges` throw
 */
export function signUp(core: Core, input: SignUpInput): Promise<SignUpResult> {
  return audited(
    core,
    { name: 'signUp', realm: input.realm, requestMeta: input.requestMeta },
    async (setUserId) => {
      const email = parseEmail(input.email)
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
 * Writes a new account with everything that the rules and the caller want with it. For `signUp`, and for other ways in that
 * make accounts with an address.
 * @throws {AuthError} emailTaken, rateLimited
 */
export async function createAccount(
  core: Core,
  user: User,
  { requestMeta, extraChanges, opensSession = core.rules.signUp.opensSession }: CreateAccountOptions,
): Promise<IssuedTokens | null> {
  const session = opensSession ? await newSession(core, user, requestMeta) : null
  const mailing = await signUpMailChanges(core, user)
  for (let round = 0; round < 100; round++) {
    const outcome = await core.store.write([
      ...releaseEmailChanges(core, user),
      insert('users', user),
      ...((await extraChanges?.(user)) ?? []),
      ...mailing,
      ...(session?.changes ?? []),
    ])
    if (outcome.done) return session?.issued ?? null
    if (outcome.reason === 'orphaned') break
    if (outcome.reason === 'taken' && outcome.columns.includes('email'))
      throw await emailConflict(core, requestMeta)
  }
  throw new Error('The rows of a new account could not be written')
}

export interface CreateAccountOptions extends Pick<SignUpInput, 'requestMeta' | 'extraChanges'> {
  /** By default as `rules.signUp` says. */
  opensSession?: boolean
}

/** The mail that the rules want to go out with a new account. Where too many have gone out already, another can be asked for later. */
async function signUpMailChanges(core: Core, user: User): Promise<Change[]> {
  const { realm, email } = user
  if (!core.rules.signUp.sendsVerification || email === null || user.emailVerifiedAt !== null) return []
  // Starts the pause before the next one. What its recipient got before does not keep this one back: without it the account
  // would be of no use.
  await consumeMailLimits(core, { purpose: 'verifyEmail', realm, email }).catch((error) => {
    if (!isAuthError(error, 'tooManyMails')) throw error
  })
  if (!(await consumeTotalMailLimit(core, true))) return []
  return verificationMailChanges(core, user, { realm, email })
}

/**
 * A look beforehand, which saves the hash; the decision is the unique column's.
 * @throws {AuthError} emailTaken, rateLimited
 */
export async function assertEmailFree(
  core: Core,
  { realm, email, requestMeta }: { realm: string; email: string; requestMeta: RequestMeta },
): Promise<void> {
  // Asked for every address, or the 429 would tell what the 409 does.
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

/** Lets somebody in under no more than a name. Role and provider are `guest`; there is no address and no password. */
export function signInAsGuest(
  core: Core,
  { realm, name, requestMeta }: { realm: string; name: string; requestMeta: RequestMeta },
): Promise<IssuedTokens> {
  return audited(core, { name: 'guestSignIn', realm, requestMeta }, async (setUserId) => {
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
    if (!outcome.done) throw new Error(`A guest was not written: ${outcome.reason}`)
    return session.issued
  })
}

/** @throws {AuthError} guestNotAllowed */
export function assertNotGuest({ provider }: Pick<User, 'provider'>): void {
  if (provider === guestProvider) throw new AuthError('guestNotAllowed')
}
