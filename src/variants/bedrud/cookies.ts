import { parse, serialize } from 'hono/utils/cookie'
import type { IssuedTokens } from '../../core/sessions.ts'
import { createAttemptCookies } from '../attempt-cookies.ts'
import type { Site } from '../variant.ts'

const attemptSeconds = 3600

export type Cookies = ReturnType<typeof createCookies>

/** Writes and reads the cookies of this API. */
export function createCookies({ publicUrl, allowsOrigin }: Site) {
  const { protocol, pathname: path } = new URL(publicUrl)
  const options = {
    path,
    httpOnly: true,
    ...(protocol === 'https:'
      ? ({ secure: true, sameSite: 'None' } as const)
      : ({ sameSite: 'Lax' } as const)),
  }
  const write = (name: string, value: string, maxAge: number) =>
    serialize(name, value, { ...options, maxAge })

  /** Ignores cookies that a browser sends for an untrusted origin, to prevent CSRF (ASVS 3.5.1). */
  const readToken = (request: Request, name: string): string | undefined => {
    const origin = request.headers.get('origin')
    const isTrusted =
      origin === null ? request.headers.get('sec-fetch-site') !== 'cross-site' : allowsOrigin(origin)
    return isTrusted ? parse(request.headers.get('cookie') ?? '', name)[name] || undefined : undefined
  }

  return {
    /**
     * @param setCookie further cookies of the response
     * @returns the headers of a response with tokens
     */
    tokenHeaders: (
      { accessToken, refreshToken, expiresInSeconds, session }: IssuedTokens,
      ...setCookie: string[]
    ) => ({
      'Set-Cookie': [
        write('access_token', accessToken, expiresInSeconds),
        write('refresh_token', refreshToken, Math.floor((session.idleExpiresAt - session.lastUsedAt) / 1000)),
        ...setCookie,
      ],
      'Cache-Control': 'no-store',
    }),
    /** @returns the headers that delete the token cookies */
    clearedTokenHeaders: () => ({
      'Set-Cookie': [write('access_token', '', 0), write('refresh_token', '', 0)],
    }),
    accessToken: (request: Request) => readToken(request, 'access_token'),
    refreshToken: (request: Request) => readToken(request, 'refresh_token'),

    /** By OAuth state. */
    oauth: createAttemptCookies('bedrud_oauth_', { ...options, maxAge: attemptSeconds }),
    /** By challenge. */
    passkeys: createAttemptCookies('bedrud_passkey_', { ...options, maxAge: attemptSeconds }),
  }
}
