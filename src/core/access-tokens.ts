import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { AuthError } from './errors.ts'
import { createBoundedMap } from './memoize.ts'
import type { Core } from './ports.ts'
import { newSecret } from './secrets.ts'
import type { Session, User } from './tables.ts'

/** The type of a token. A token of one type is never accepted as another (RFC 8725, section 3.12). */
export type TokenType = 'access' | 'refresh'

/** The claims of a verified token. */
export interface TokenClaims {
  userId: string
  sessionId: string
  /** The `jti`. */
  id: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

type TokenContext = Pick<Core, 'secrets' | 'rules' | 'now' | 'random'>

/** How far `iat` and `nbf` may be in the future, because of clock skew. `exp` has no leeway. */
const leewaySeconds = 60
const maxCachedTokens = 10_000

/**
 * Signs a JWT with the first secret. The header is exactly `{"alg":"HS256","typ":"JWT"}`.
 * @param token.issuedAt milliseconds since 1970, like `expiresAt`; rounded down to whole seconds
 */
export async function signToken(
  core: TokenContext,
  type: TokenType,
  {
    user,
    session,
    issuedAt,
    expiresAt,
    id,
  }: { user: User; session: Pick<Session, 'id'>; issuedAt: number; expiresAt: number; id: string },
): Promise<string> {
  const { issuer, audience, claims } = core.rules.accessToken
  return await new SignJWT({ ...claims(user, type), type, sid: session.id })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(user.id)
    .setJti(id)
    .setIssuer(issuer)
    .setAudience([audience])
    .setIssuedAt(Math.floor(issuedAt / 1000))
    .setExpirationTime(Math.floor(expiresAt / 1000))
    .sign(await getSigner(core.secrets).signingKey)
}

/** Creates a `jti`: 128 random bits. */
export function newTokenId(core: Pick<Core, 'random'>): string {
  return newSecret(core, 16)
}

/**
 * Verifies the signature, the type and the lifetime of a token. Does not check whether it was revoked, which
 * only the store knows.
 * @throws {AuthError} malformedToken (not in the format of a JWT), expiredToken, invalidToken (anything else)
 */
export async function verifyToken(core: TokenContext, type: TokenType, token: string): Promise<TokenClaims> {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) || token.length > 8192) throw new AuthError('malformedToken')
  const claims = await verifySignature(core, token)
  const { sub, sid, jti, exp = 0, iat = 0 } = claims
  const now = core.now() / 1000
  if (claims.type !== type || typeof sub !== 'string' || typeof sid !== 'string' || typeof jti !== 'string')
    throw new AuthError('invalidToken')
  if (iat > now + leewaySeconds || (claims.nbf ?? 0) > now + leewaySeconds)
    throw new AuthError('invalidToken')
  if (exp <= now) throw new AuthError('expiredToken')
  return { userId: sub, sessionId: sid, id: jti, expiresAt: exp * 1000 }
}

/** Verifies everything except the times. Results are cached, because a valid signature stays valid. */
async function verifySignature({ secrets, rules }: TokenContext, token: string): Promise<JWTPayload> {
  const { issuer, audience } = rules.accessToken
  const { verificationKeys, verified } = getSigner(secrets)
  // Servers can share their secrets, but not their tokens.
  const cacheKey = `${issuer} ${audience} ${token}`
  const cached = verified.get(cacheKey)
  if (cached) return cached
  for (const key of verificationKeys) {
    try {
      const { payload } = await jwtVerify(token, await key, {
        algorithms: ['HS256'],
        typ: 'JWT',
        issuer,
        audience,
        requiredClaims: ['sub', 'sid', 'jti', 'type', 'iat', 'exp'],
        // Checks only that the times are numbers. `verifyToken` compares them with the clock at every use.
        currentDate: new Date(0),
        clockTolerance: Number.MAX_SAFE_INTEGER,
      })
      verified.set(cacheKey, payload)
      return payload
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break
    }
  }
  throw new AuthError('invalidToken')
}

interface Signer {
  signingKey: Promise<CryptoKey>
  verificationKeys: Promise<CryptoKey>[]
  /** The claims of tokens with a valid signature. */
  verified: ReturnType<typeof createBoundedMap<string, JWTPayload>>
}

const signers = new WeakMap<readonly string[], Signer>()

function getSigner(secrets: readonly string[]): Signer {
  const cached = signers.get(secrets)
  if (cached) return cached
  const verificationKeys = secrets.map((secret) =>
    crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode(secret),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign', 'verify'],
    ),
  )
  const [signingKey] = verificationKeys
  if (!signingKey) throw new TypeError('No secret is configured for signing tokens')
  const signer: Signer = {
    signingKey,
    verificationKeys,
    verified: createBoundedMap<string, JWTPayload>(maxCachedTokens),
  }
  signers.set(secrets, signer)
  return signer
}
