/** Scheme names are case-insensitive (RFC 9110, section 11.1). */
const lenient = /^bearer +([\w.~+/-]+=*) *$/i
const strict = /^bearer ([\w.~+/-]+=*)$/i

/**
 * Reads the token of a Bearer credential (RFC 6750, section 2.1).
 * @param options.isStrict whether exactly one space must follow the scheme; by default, any number is allowed
 * @returns undefined if there is no credential, the scheme differs or the token is malformed
 */
export function bearerToken({ headers }: Request, { isStrict = false } = {}): string | undefined {
  return (isStrict ? strict : lenient).exec(headers.get('authorization') ?? '')?.[1]
}
