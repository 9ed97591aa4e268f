/**
 * The token of a Bearer credential (RFC 6750, section 2.1). The name of the scheme is read without regard to case
 * (RFC 9110, section 11.1).
 * @returns undefined for none, for another scheme, and for what has not the form of a token, such as two headers in one
 */
export const bearerToken = ({ headers }: Request): string | undefined =>
  /^bearer +([\w.~+/-]+=*) *$/i.exec(headers.get('authorization') ?? '')?.[1]
