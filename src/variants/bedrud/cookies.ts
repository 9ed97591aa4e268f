import { parse, serialize } from 'hono/utils/cookie'
import type { IssuedTokens } from '../../core/sessions.ts'
import type { Site } from '../variant.ts'

const sessionCookie = 'bedrud_session'
const sessionSeconds = 3600

/** The ceremonies that a browser can have pending, at most one of each kind. */
const ceremonies = ['oauth', 'passkeySignIn', 'passkeySignUp'] as const
export type BrowserCeremony = (typeof ceremonies)[number]

export type Cookies = ReturnType<typeof createCookies>

/** Writes and reads the cookies of this API. */
export function createCookies({ publicUrl, allowsOrigin }: Site) {
  const attributes = publicUrl.startsWith('https:')
    ? ({ secure: true, sameSite: 'None' } as const)
    : ({ sameSite: 'Lax' } as const)
  const write = (name: string, value: string, maxAge: number) =>
    serialize(name, value, { path: '/', httpOnly: true, maxAge, ...attributes })

  /** Ignores cookies that a browser sends for an untrusted origin, to prevent CSRF (ASVS 3.5.1). */
  const readToken = (request: Request, name: string): string | undefined => {
    const origin = request.headers.get('origin')
    const isTrusted =
      origin === null ? request.headers.get('sec-fetch-site') !== 'cross-site' : allowsOrigin(origin)
    return isTrusted ? read(request, name) : undefined
  }

  const writeNonces = (nonces: BrowserNonces) => {
    const value = ceremonies.map((ceremony) => nonces[ceremony] ?? '').join('.')
    return Object.keys(nonces).length > 0
      ? write(sessionCookie, value, sessionSeconds)
      : write(sessionCookie, '', 0)
  }

  return {
    /** @returns the headers of a response with tokens */
    tokenHeaders: ({ accessToken, refreshToken, expiresInSeconds, session }: IssuedTokens) => ({
      'Set-Cookie': [
        write('access_token', accessToken, expiresInSeconds),
        write('refresh_token', refreshToken, Math.floor((session.idleExpiresAt - session.lastUsedAt) / 1000)),
      ],
      'Cache-Control': 'no-store',
    }),
    /** @returns the headers that delete the token cookies */
    clearedTokenHeaders: () => ({
      'Set-Cookie': [write('access_token', '', 0), write('refresh_token', '', 0)],
    }),
    accessToken: (request: Request) => readToken(request, 'access_token'),
    refreshToken: (request: Request) => readToken(request, 'refresh_token'),

    /** @returns the session cookie that binds a ceremony to this browser, replacing an earlier one of its kind */
    bindCeremony: (request: Request, ceremony: BrowserCeremony, browserNonce: string): string =>
      writeNonces({ ...readNonces(request), [ceremony]: browserNonce }),
    /** @returns the nonce that binds the ceremony to this browser; null if the browser has none pending */
    nonceOf: (request: Request, ceremony: BrowserCeremony): string | null =>
      readNonces(request)[ceremony] ?? null,
    /** @returns the session cookie without this ceremony */
    unbindCeremony(request: Request, ceremony: BrowserCeremony): string {
      const { [ceremony]: _, ...others } = readNonces(request)
      return writeNonces(others)
    },
  }
}

type BrowserNonces = Partial<Record<BrowserCeremony, string>>

/** A cookie in another format counts as absent. */
function readNonces(request: Request): BrowserNonces {
  const value = read(request, sessionCookie) ?? ''
  if (!/^[\w-]{0,64}(?:\.[\w-]{0,64}){0,2}$/.test(value)) return {}
  const secrets = value.split('.')
  return Object.fromEntries(
    ceremonies.flatMap((ceremony, index) => (secrets[index] ? [[ceremony, secrets[index]]] : [])),
  )
}

function read(request: Request, name: string): string | undefined {
  return parse(request.headers.get('cookie') ?? '', name)[name] || undefined
}
