import { AuthError } from './errors.ts'

/** RFC 5321, section 4.5.3.1. */
const maxLength = 254
const maxLocalLength = 64

/** An RFC 5322 dot-atom, letters of all scripts included (RFC 6531). No quotes, no comments, no lists. */
const dotAtom = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const domainLetters = /^[\p{L}\p{M}\p{N}.-]+$/u
const asciiDomain =
  /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])$/

/**
 * The one form in which an address is stored, compared and written to: NFKC, lower case, domain in IDNA ASCII. White space
 * around it is dropped. Other spellings of one mailbox (dots, `+tag`) stay different addresses.
 * @returns undefined for what is not exactly one plain address
 */
export function canonicalEmail(text: string): string | undefined {
  const address = text.trim().replaceAll('\uFEFF', '')
  const parts = address.split('@')
  const [local, domain] = parts.map((part) => part.normalize('NFKC'))
  if (parts.length !== 2 || local === undefined || domain === undefined) return undefined
  // A full-width @ becomes a real one in NFKC: whoever normalises later would see another mailbox (CVE-2022-35924).
  if (address.normalize('NFKC') !== `${local}@${domain}`) return undefined
  if (!dotAtom.test(local) || !domainLetters.test(domain)) return undefined

  const canonicalLocal = local.toLowerCase().normalize('NFKC')
  const canonicalDomain = asciiOf(domain)
  if (canonicalDomain === undefined || canonicalLocal.length > maxLocalLength) return undefined
  const canonical = `${canonicalLocal}@${canonicalDomain}`
  return canonical.length <= maxLength ? canonical : undefined
}

/** @throws {AuthError} invalidEmail */
export function parseEmail(text: string): string {
  const email = canonicalEmail(text)
  if (email === undefined) throw new AuthError('invalidEmail')
  return email
}

/** URL's parser does IDNA (UTS 46) everywhere, and also turns numbers into IPv4 addresses, which are no domain. */
function asciiOf(domain: string): string | undefined {
  const address = `http://${domain}`
  const host = URL.canParse(address) ? new URL(address).hostname : ''
  return asciiDomain.test(host) ? host : undefined
}
