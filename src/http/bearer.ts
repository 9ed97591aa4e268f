/**
 * The token of a Bearer credential (RFC 6750, section 2.1). Scheme names are case-insensitive (RFC 9110, section 11.1).
 * @returns undefined without a credential, for another scheme, and for a malformed token, such as two headers in one
 */
export function bearerToken({ headers }: Request): string | undefined {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(headers.get('authorization') ?? '')?.[1]
}
