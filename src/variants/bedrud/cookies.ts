import { parse, serialize } from 'hono/utils/cookie'
import type { Grant } from '../../core/sessions.ts'
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

  const writeBindings = (bindings: Bindings) => {
    const value = ceremonies.map((ceremony) => bindings[ceremony] ?? '').join('.')
    return Object.keys(bindings).length > 0
      ? write(sessionName, value, sessionSeconds)
      : write(sessionName, '', 0)
  }

  return {
    /** The headers of an answer with tokens. */
    signedIn: ({ accessToken, refreshToken, expiresInSeconds, session }: Grant) => ({
      'Set-Cookie': [
        write('access_token', accessToken, expiresInSeconds),
        write('refresh_token', refreshToken, Math.floor((session.expiresAt - session.lastUsedAt) / 1000)),
      ],
      'Cache-Control': 'no-store',
    }),
    signedOut: () => ({ 'Set-Cookie': [write('access_token', '', 0), write('refresh_token', '', 0)] }),
    accessToken: (request: Request) => readToken(request, 'access_token'),
    refreshToken: (request: Request) => readToken(request, 'refresh_token'),

    /** Ties a ceremony to this browser, in the place of an earlier one of its kind. */
    bind: (request: Request, ceremony: BrowserCeremony, binding: string): string =>
      writeBindings({ ...readBindings(request), [ceremony]: binding }),
    /** The secret that ties a ceremony to this browser; null for a browser that began none. */
    bindingOf: (request: Request, ceremony: BrowserCeremony): string | null =>
      readBindings(request)[ceremony] ?? null,
    /** Forgets a ceremony. */
    release(request: Request, ceremony: BrowserCeremony): string {
      const { [ceremony]: _, ...others } = readBindings(request)
      return writeBindings(others)
    },
  }
}

type Bindings = Partial<Record<BrowserCeremony, string>>

/** A cookie that is not one of ours is none. */
function readBindings(request: Request): Bindings {
  const value = read(request, sessionName) ?? ''
  if (!/^[\w-]{0,64}(?:\.[\w-]{0,64}){0,2}$/.test(value)) return {}
  const secrets = value.split('.')
  return Object.fromEntries(
    ceremonies.flatMap((ceremony, index) => (secrets[index] ? [[ceremony, secrets[index]]] : [])),
  )
}

const read = (request: Request, name: string): string | undefined =>
  parse(request.headers.get('cookie') ?? '', name)[name] || undefined
