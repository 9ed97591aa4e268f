import { leavingOfAddress, newUser } from './accounts.ts'
import { parseEmail } from './emails.ts'
import { AuthError, isRefusal } from './errors.ts'
import { recorded } from './events.ts'
import { addressKey, assertNotLimited, consume } from './limits.ts'
import { isMailAvailable, mayMail } from './mail-tokens.ts'
import { checkNewPassword, hashPassword } from './passwords.ts'
import type { Client, Core } from './ports.ts'
import { type Grant, guestProvider, newSession } from './sessions.ts'
import { type Change, insert } from './store.ts'
import type { User } from './tables.ts'
import { endOfUnverified, mailingOfVerification } from './verification.ts'

export interface SignUpInput {
  realm: string
  /** As it was sent. */
  email: string
  password: string
  name: string
  client: Client
  /** What else the variant decides about newcomers: role, plan, profile. Never from a request's body. */
  with?: Partial<Pick<User, 'role' | 'plan' | 'profile' | 'provider'>>
  /** Refuses newcomers by throwing, before anything is told about password and address. */
  admit?: () => Promise<unknown>
  /**
   * What else has to happen together with the account, all or nothing. Called again if meanwhile a value in it that has to be
   * unique was taken, or a row that it uses up was.
   */
  also?: (user: User) => Change[] | Promise<Change[]>
}

export interface SignUpResult {
  user: User
  /** Null unless `rules.signUp.opensSession`. */
  grant: Grant | null
}

/**
 * Makes an account with a password. User, session, mail and what `also` adds are written as one.
 * @throws {AuthError} invalidEmail, emailTaken, rateLimited (too many taken addresses), overloaded, and those of
 *   `checkNewPassword`; whatever `admit` and `also` throw
 */
export const signUp = (core: Core, input: SignUpInput): Promise<SignUpResult> =>
  recorded(core, { name: 'signUp', realm: input.realm, client: input.client }, async (concerns) => {
    const email = parseEmail(input.email)
    await input.admit?.()
    await checkNewPassword(core, input.password)
    await requireEmailFree(core, { ...input, email })
    const user = newUser(core, {
      ...input.with,
      realm: input.realm,
      email,
      name: input.name,
      passwordHash: await hashPassword(core, input.password),
      expiresAt: endOfUnverified(core),
    })
    concerns(user.id)
    const grant = await createAccount(core, user, input)
    return { user: grant?.user ?? user, grant }
  })

/**
 * Writes a new account with everything that the rules and the caller want with it. For `signUp`, and for other ways in that
 * make accounts with an address.
 * @throws {AuthError} emailTaken, rateLimited
 */
export const createAccount = async (
  core: Core,
  user: User,
  { client, also, opensSession = core.rules.signUp.opensSession }: CreateAccountOptions,
): Promise<Grant | null> => {
  const session = opensSession ? await newSession(core, user, client) : null
  const mailing = await welcome(core, user)
  for (let round = 0; round < 100; round++) {
    const outcome = await core.store.write([
      ...leavingOfAddress(core, user),
      insert('users', user),
      ...((await also?.(user)) ?? []),
      ...mailing,
      ...(session?.changes ?? []),
    ])
    if (outcome.done) return session?.grant ?? null
    if (outcome.reason === 'orphaned') break
    if (outcome.reason === 'taken' && outcome.columns.includes('email')) throw await conflict(core, client)
  }
  throw new Error('The rows of a new account could not be written')
}

export interface CreateAccountOptions extends Pick<SignUpInput, 'client' | 'also'> {
  /** By default as `rules.signUp` says. */
  opensSession?: boolean
}

/** The mail that the rules want to go out with a new account. Where too many have gone out already, another can be asked for later. */
const welcome = async (core: Core, user: User): Promise<Change[]> => {
  const { realm, email } = user
  if (!core.rules.signUp.sendsVerification || email === null || user.emailVerifiedAt !== null) return []
  // Starts the pause before the next one. What its recipient got before does not keep this one back: without it the account
  // would be of no use.
  await mayMail(core, { purpose: 'verifyEmail', realm, email }).catch((error) => {
    if (!isRefusal(error, 'tooManyMails')) throw error
  })
  if (!(await isMailAvailable(core, true))) return []
  return mailingOfVerification(core, user, { realm, email })
}

/**
 * A look beforehand, which saves the hash; the decision is the unique column's.
 * @throws {AuthError} emailTaken, rateLimited
 */
export const requireEmailFree = async (
  core: Core,
  { realm, email, client }: { realm: string; email: string; client: Client },
): Promise<void> => {
  // Asked for every address, or the 429 would tell what the 409 does.
  await assertNotLimited(core, 'signUpConflicts', addressKey(client))
  const user = await core.store.find('users', { realm, email })
  if (user && (user.expiresAt === null || user.expiresAt > core.now())) throw await conflict(core, client)
}

const conflict = (core: Core, client: Client): Promise<AuthError> =>
  consume(core, 'signUpConflicts', addressKey(client)).then(
    () => new AuthError('emailTaken'),
    (error) => error,
  )

/** Lets somebody in under no more than a name. Role and provider are `guest`; there is no address and no password. */
export const signInAsGuest = (
  core: Core,
  { realm, name, client }: { realm: string; name: string; client: Client },
): Promise<Grant> =>
  recorded(core, { name: 'guestSignIn', realm, client }, async (concerns) => {
    const user = newUser(core, {
      realm,
      email: null,
      name,
      role: 'guest',
      provider: guestProvider,
      expiresAt: core.now() + core.rules.guests.endSeconds * 1000,
    })
    concerns(user.id)
    const session = await newSession(core, user, client)
    const outcome = await core.store.write([insert('users', user), ...session.changes])
    if (!outcome.done) throw new Error(`A guest was not written: ${outcome.reason}`)
    return session.grant
  })

/** @throws {AuthError} guestNotAllowed */
export const requireNoGuest = ({ provider }: Pick<User, 'provider'>): void => {
  if (provider === guestProvider) throw new AuthError('guestNotAllowed')
}
