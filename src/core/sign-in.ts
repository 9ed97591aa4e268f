import { canonicalEmail } from './emails.ts'
import { AuthError } from './errors.ts'
import { audited } from './events.ts'
import { withinFailureBudget } from './limits.ts'
import { rehashIfOutdated, verifyPassword } from './passwords.ts'
import type { Core, RequestMeta } from './ports.ts'
import { assertActive, type IssuedTokens, newSession } from './sessions.ts'
import { type Change, update } from './store.ts'
import type { User } from './tables.ts'
import { consumeTotpChange } from './totp.ts'

/** The input of `signIn`. */
export interface SignInInput {
  realm: string
  /** Raw input. An invalid email is treated as an unknown account. */
  email: string
  password: string
  /** The six-digit code of the second factor, if the client sent one. */
  mfaCode?: string | undefined
  requestMeta: RequestMeta
}

/**
 * Signs in with a password. Checks the limits, the password, the state of the account and the second factor,
 * in this order, so that the state of an account is only revealed to clients that know its password.
 * @throws {AuthError} invalidCredentials, rateLimited, tooManyFailures, accountLocked, overloaded; with the
 *   right password also userDisabled, emailNotVerified, mfaRequired, invalidMfaCode
 */
export function signIn(core: Core, input: SignInInput): Promise<IssuedTokens> {
  return audited(
    core,
    { name: 'signIn', realm: input.realm, requestMeta: input.requestMeta },
    (setUserId) => {
      const email = canonicalEmail(input.email) ?? ''
      return withinFailureBudget(core, { ...input, email }, async () => {
        const user = await findByPassword(core, { ...input, email }, setUserId)
        assertActive(core, user)
        if (core.rules.signIn.requiresVerifiedEmail && user.emailVerifiedAt === null)
          throw new AuthError('emailNotVerified')
        const secondFactor = secondFactorChanges(core, user, input.mfaCode)

        const { passwordHash } = user
        const session = await newSession(core, user, input.requestMeta)
        const outcome = await core.store.write([
          ...secondFactor,
          // Fails if the password was changed or reset while it was being checked.
          update(
            'users',
            { id: user.id, passwordHash, status: 'active' },
            { passwordHash: (await rehashIfOutdated(core, passwordHash, input.password)) ?? passwordHash },
            { expect: 1 },
          ),
          ...session.changes,
        ])
        if (!outcome.done)
          throw new AuthError(outcome.reason === 'taken' ? 'invalidMfaCode' : 'invalidCredentials')
        return session.issued
      })
    },
  )
}

/**
 * Finds the user with this email and password. Always costs one hash.
 * @throws {AuthError} invalidCredentials
 */
async function findByPassword(
  core: Core,
  { realm, email, password }: Pick<SignInInput, 'realm' | 'email' | 'password'>,
  setUserId: (userId: string) => void,
): Promise<User> {
  const user = email === '' ? undefined : await core.store.find('users', { realm, email })
  if (user) setUserId(user.id)
  const matches = await verifyPassword(core, user?.passwordHash, password)
  const isExpired = user?.expiresAt != null && user.expiresAt <= core.now()
  if (!user || !matches || isExpired) throw new AuthError('invalidCredentials')
  return user
}

/**
 * Verifies the second factor, if the account has one, and returns the change that consumes its code.
 * @throws {AuthError} mfaRequired, invalidMfaCode
 */
function secondFactorChanges(core: Core, user: User, code: string | undefined): Change[] {
  if (user.totpSecret === null) return []
  if (code === undefined) throw new AuthError('mfaRequired')
  const consumption = consumeTotpChange(core, user, user.totpSecret, code)
  if (!consumption) throw new AuthError('invalidMfaCode')
  return [consumption]
}
