import { isCommonPassword } from './common-passwords.ts'
import { AuthError } from './errors.ts'
import type { Core } from './ports.ts'
import type { PasswordRules } from './rules.ts'

/** NFC, so that a password is the same whatever keyboard composed it (NIST SP 800-63B-4, section 3.1.1.2). */
const normalize = (password: string) => password.normalize('NFC')

/** Counts no further than needed: a megabyte costs no more than a word. */
function countCodePoints(password: string, atMost: number) {
  let length = 0
  for (const _ of password) if (++length > atMost) break
  return length
}

const classes: Record<PasswordRules['requiredClasses'][number], RegExp> = {
  uppercase: /\p{Lu}/u,
  lowercase: /\p{Ll}/u,
  digit: /\p{Nd}/u,
  special: /[^\p{L}\p{N}\p{C}]/u,
}

/**
 * Does the form of a new password suit the rules? Looks at nothing but the text.
 * @throws {AuthError} malformedPassword, passwordTooShort, passwordTooLong (details.bound), passwordTooSimple
 */
export function assertPasswordPolicy({ rules }: Pick<Core, 'rules'>, password: string): void {
  const { minLength, maxLength, requiredClasses } = rules.password
  if (!password.isWellFormed()) throw new AuthError('malformedPassword')
  // A code point is at most two units, and NFC makes at most three of one: what is longer needs no normalising.
  if (password.length > 6 * maxLength) throw new AuthError('passwordTooLong', { lengthLimit: maxLength })
  const length = countCodePoints(normalize(password), maxLength)
  if (length < minLength) throw new AuthError('passwordTooShort', { lengthLimit: minLength })
  if (length > maxLength) throw new AuthError('passwordTooLong', { lengthLimit: maxLength })
  if (!requiredClasses.every((name) => classes[name].test(normalize(password))))
    throw new AuthError('passwordTooSimple')
}

/** @throws {AuthError} commonPassword, where the rules refuse common passwords */
export async function assertNotCommonPassword(
  { rules }: Pick<Core, 'rules'>,
  password: string,
): Promise<void> {
  if (rules.password.rejectsCommon && (await isCommonPassword(normalize(password))))
    throw new AuthError('commonPassword')
}

/** Checks both the form of a new password and that it is not a common one. @throws {AuthError} as the two */
export async function assertNewPassword(core: Pick<Core, 'rules'>, password: string): Promise<void> {
  assertPasswordPolicy(core, password)
  await assertNotCommonPassword(core, password)
}

/** @returns a PHC string; check the password first @throws {AuthError} overloaded */
export function hashPassword({ hasher }: Pick<Core, 'hasher'>, password: string): Promise<string> {
  return hasher.hash(normalize(password))
}

/**
 * Costs the same whether there is a hash or not, so that time does not tell who has an account or a password.
 * @param phc null or undefined where there is none @throws {AuthError} overloaded
 */
export async function verifyPassword(
  { hasher, rules }: Pick<Core, 'hasher' | 'rules'>,
  phc: string | null | undefined,
  password: string,
): Promise<boolean> {
  // No password can be like that, so this tells nothing about an account, and saves the work.
  if (!password.isWellFormed() || password.length > 6 * rules.password.maxLength) return false
  const text = normalize(password)
  if (countCodePoints(text, rules.password.maxLength) > rules.password.maxLength) return false
  const matches = await hasher.verify(phc ?? hasher.dummyHash, text)
  return matches && typeof phc === 'string'
}

/** @returns a stronger hash of a password that just proved right, null when the present one will do */
export async function rehashIfOutdated(
  core: Pick<Core, 'hasher'>,
  phc: string | null,
  password: string,
): Promise<string | null> {
  return phc !== null && core.hasher.isOutdated(phc) ? await hashPassword(core, password) : null
}

/** Are two passwords one? */
export function isSamePassword(one: string, other: string): boolean {
  return normalize(one) === normalize(other)
}
