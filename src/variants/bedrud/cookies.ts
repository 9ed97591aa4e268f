import { parse, serialize } from 'hono/utils/cookie'
import type { IssuedTokens } from '../../core/sessions.ts'
import type { Site } from '../variant.ts'

const sessionName = 'bedrud_session'
const sessionSeconds = 3600

/** What a browser can have begun and not finished: one of each kind. */
const ceremonies = ['oauth', 'passkeySignIn', 'passkeySignUp'] as const
export type BrowserCeremony = (typeof ceremonies)[number]

export type Cookies = ReturnType<typeof createCookies>

/** The cookies of this API, as they are set and read. */
export function createCookies({ publicUrl, allowsOrigin }: Site) {
  const place = publicUrl.startsWith('https:')
    ? ({ secure: true, sameSite: 'None' } as const)
    : ({ sameSite: 'Lax' } as const)
  const write = (name: string, value: string, maxAge: number) =>
    serialize(name, value, { path: '/', httpOnly: true, maxAge, ...place })

  /** Browsers may send cookies for pages of anybody, who could then change something (ASVS 3.5.1). */
  const readToken = (request: Request, name: string): string | undefined => {
    const origin = request.headers.get('origin')
    const isTrusted =
      origin === null ? request.headers.get('sec-fetch-site') !== 'cross-site' : allowsOrigin(origin)
    return isTrusted ? read(request, name) : undefined
  }

  const writeNonces = (nonces: BrowserNonces) => {
    const value = ceremonies.map((ceremony) => nonces[ceremony] ?? '').join('.')
    return Object.keys(nonces).length > 0
      ? write(sessionName, value, sessionSeconds)
      : write(sessionName, '', 0)
  }

  return {
    /** The headers of an answer with tokens. */
    signedIn: ({ accessToken, refreshToken, expiresInSeconds, session }: IssuedTokens) => ({
      'Set-Cookie': [
        write('access_token', accessToken, expiresInSeconds),
        write('refresh_token', refreshToken, Math.floor((session.idleExpiresAt - session.lastUsedAt) / 1000)),
      ],
      'Cache-Control': 'no-store',
    }),
    signedOut: () => ({ 'Set-Cookie': [write('access_token', '', 0), write('refresh_token', '', 0)] }),
    accessToken: (request: Request) => readToken(request, 'access_token'),
    refreshToken: (request: Request) => readToken(request, 'refresh_token'),

    /** Ties a ceremony to this browser, in the place of an earlier one of its kind. */
    bind: (request: Request, ceremony: BrowserCeremony, browserNonce: string): string =>
      writeNonces({ ...readNonces(request), [ceremony]: browserNonce }),
    /** The secret that ties a ceremony to this browser; null for a browser that began none. */
    nonceOf: (request: Request, ceremony: BrowserCeremony): string | null =>
      readNonces(request)[ceremony] ?? null,
    /** Forgets a ceremony. */
    release(request: Request, ceremony: BrowserCeremony): string {
      const { [ceremony]: _, ...others } = readNonces(request)
      return writeNonces(others)
    },
  }
}

type BrowserNonces = Partial<Record<BrowserCeremony, string>>

/** A cookie that is not one of ours is none. */
function readNonces(request: Request): BrowserNonces {
  const value = read(request, sessionName) ?? ''
  if (!/^[\w-]{0,64}(?:\.[\w-]{0,64}){0,2}$/.test(value)) return {}
  const secrets = value.split('.')
  return Object.fromEntries(
    ceremonies.flatMap((ceremony, index) => (secrets[index] ? [[ceremony, secrets[index]]] : [])),
  )
}

function read(request: Request, name: string): string | undefined {
  return parse(request.headers.get('cookie') ?? '', name)[name] || undefined
}
