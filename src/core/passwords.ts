import { isCommonPassword } from './common-passwords.ts'
import { AuthError } from './errors.ts'
import type { Core } from './ports.ts'
import type { PasswordRules } from './rules.ts'

/** Converts to NFC, so that a password matches on any keyboard (NIST SP 800-63B-4, section 3.1.1.2). */
const normalize = (password: string) => password.normalize('NFC')

/** Counts code points, but stops after the maximum, so that very long inputs cost nothing. */
function countCodePoints(password: string, max: number) {
  let length = 0
  for (const _ of password) if (++length > max) break
  return length
}

const classes: Record<PasswordRules['requiredClasses'][number], RegExp> = {
  uppercase: /\p{Lu}/u,
  lowercase: /\p{Ll}/u,
  digit: /\p{Nd}/u,
  special: /[^\p{L}\p{N}\p{C}]/u,
}

/**
 * Checks the length and the character classes of a new password.
 * @throws {AuthError} malformedPassword, passwordTooShort, passwordTooLong (both with details.lengthLimit),
 *   passwordTooSimple
 */
export function assertPasswordPolicy({ rules }: Pick<Core, 'rules'>, password: string): void {
  const { minLength, maxLength, requiredClasses } = rules.password
  if (!password.isWellFormed()) throw new AuthError('malformedPassword')
  // A code point has at most two UTF-16 units, and NFC expands it to at most three code points. So longer
  // texts exceed the maximum anyway, and normalizing them would only cost time.
  if (password.length > 6 * maxLength) throw new AuthError('passwordTooLong', { lengthLimit: maxLength })
  const length = countCodePoints(normalize(password), maxLength)
  if (length < minLength) throw new AuthError('passwordTooShort', { lengthLimit: minLength })
  if (length > maxLength) throw new AuthError('passwordTooLong', { lengthLimit: maxLength })
  if (!requiredClasses.every((name) => classes[name].test(normalize(password))))
    throw new AuthError('passwordTooSimple')
}

/**
 * Rejects common passwords, if the rules say so.
 * @throws {AuthError} commonPassword
 */
export async function assertNotCommonPassword(
  { rules }: Pick<Core, 'rules'>,
  password: string,
): Promise<void> {
  if (rules.password.rejectsCommon && (await isCommonPassword(normalize(password))))
    throw new AuthError('commonPassword')
}

/**
 * Checks a new password completely.
 * @throws {AuthError} any code of `assertPasswordPolicy` and `assertNotCommonPassword`
 */
export async function assertNewPassword(core: Pick<Core, 'rules'>, password: string): Promise<void> {
  assertPasswordPolicy(core, password)
  await assertNotCommonPassword(core, password)
}

/**
 * Hashes a password, which has to be checked first.
 * @returns a PHC string
 * @throws {AuthError} overloaded
 */
export function hashPassword({ hasher }: Pick<Core, 'hasher'>, password: string): Promise<string> {
  return hasher.hash(normalize(password))
}

/**
 * Tells whether a password matches. Costs the same without a hash, to avoid a timing oracle.
 * @param phc null or undefined for unknown accounts and accounts without a password
 * @throws {AuthError} overloaded
 */
export async function verifyPassword(
  { hasher, rules }: Pick<Core, 'hasher' | 'rules'>,
  phc: string | null | undefined,
  password: string,
): Promise<boolean> {
  // No account has such a password, so skipping the hash reveals nothing.
  if (!password.isWellFormed() || password.length > 6 * rules.password.maxLength) return false
  const text = normalize(password)
  if (countCodePoints(text, rules.password.maxLength) > rules.password.maxLength) return false
  const matches = await hasher.verify(phc ?? hasher.dummyHash, text)
  return matches && typeof phc === 'string'
}

/**
 * Hashes a verified password again if its hash is weaker than current ones.
 * @returns null if the hash is up to date
 */
export async function rehashIfOutdated(
  core: Pick<Core, 'hasher'>,
  phc: string | null,
  password: string,
): Promise<string | null> {
  return phc !== null && core.hasher.isOutdated(phc) ? await hashPassword(core, password) : null
}

/** Tells whether two passwords are equal after normalization. */
export function isSamePassword(one: string, other: string): boolean {
  return normalize(one) === normalize(other)
}
