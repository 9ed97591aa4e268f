import { parseBoundedJson } from '../openapi/bounded-json.ts'

/** Parses JSON. Returns undefined for anything else, because the text comes from an unknown server. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parseBoundedJson(text)
  } catch {
    return undefined
  }
}

/** Reads the claims of a JWT without verifying it; none of an opaque token. */
export function claimsOf(token: string): Record<string, unknown> {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {}
}
