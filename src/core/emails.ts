import { AuthError } from './errors.ts'
import { hasInvisible } from './invisible.ts'

/** RFC 5321, section 4.5.3.1. */
const maxLength = 254
const maxLocalLength = 64

/** An RFC 5322 dot-atom with letters of all scripts (RFC 6531). Excludes quotes, comments and lists. */
const dotAtom = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const domainLetters = /^[\p{L}\p{M}\p{N}.-]+$/u
const asciiDomain =
  /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])$/

/**
 * Returns the canonical form in which emails are stored, compared and mailed to: trimmed, NFKC, lower case,
 * domain in IDNA ASCII. Aliases of a mailbox (dots, `+tag`) remain different emails.
 * @returns undefined unless the text is exactly one plain email
 */
export function canonicalEmail(text: string): string | undefined {
  const trimmed = text.trim().replaceAll('\uFEFF', '')
  if (hasInvisible(trimmed)) return undefined
  const parts = trimmed.split('@')
  const [local, domain] = parts.map((part) => part.normalize('NFKC'))
  if (parts.length !== 2 || local === undefined || domain === undefined) return undefined
  // NFKC turns a full-width @ into an ASCII one, which would change the mailbox (CVE-2022-35924).
  if (trimmed.normalize('NFKC') !== `${local}@${domain}`) return undefined
  if (!dotAtom.test(local) || !domainLetters.test(domain)) return undefined

  const canonicalLocal = local.toLowerCase().normalize('NFKC')
  const canonicalDomain = toAsciiDomain(domain)
  if (canonicalDomain === undefined || canonicalLocal.length > maxLocalLength) return undefined
  const canonical = `${canonicalLocal}@${canonicalDomain}`
  return canonical.length <= maxLength ? canonical : undefined
}

/**
 * Returns the canonical form of an email.
 * @throws {AuthError} invalidEmail
 */
export function parseEmail(text: string): string {
  const email = canonicalEmail(text)
  if (email === undefined) throw new AuthError('invalidEmail')
  return email
}

/**
 * Converts a domain with `URL`, which implements IDNA (UTS 46). It also turns numbers into IPv4 addresses.
 */
function toAsciiDomain(domain: string): string | undefined {
  const url = `http://${domain}`
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  return asciiDomain.test(host) ? host : undefined
}
