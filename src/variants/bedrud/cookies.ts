import { parse, serialize } from 'hono/utils/cookie'
import type { Core } from '../../core/ports.ts'
import { newSecret } from '../../core/secrets.ts'
import type { Grant } from '../../core/sessions.ts'
import type { Site } from '../variant.ts'
import { refreshSeconds } from './rules.ts'

const accessName = 'access_token'
const refreshName = 'refresh_token'
const sessionName = 'bedrud_session'

/** An attempt to sign in ends long before. */
const sessionSeconds = 3600

export const accessTokenIn = (request: Request): string | undefined => cookieOf(request, accessName)

const cookieOf = (request: Request, name: string): string | undefined =>
  parse(request.headers.get('cookie') ?? '', name)[name] || undefined

export type Cookies = ReturnType<typeof createCookies>

/** The cookies of this API. Over TLS they also reach frontends on other sites. */
export function createCookies({ publicUrl }: Site) {
  const isSecure = publicUrl.startsWith('https:')
  const cookie = (name: string, value: string, maxAge: number) =>
    serialize(name, value, {
      path: '/',
      httpOnly: true,
      maxAge,
      ...(isSecure ? { secure: true, sameSite: 'None' } : { sameSite: 'Lax' }),
    })

  return {
    /** Of somebody who has signed in. */
    ofGrant: ({ accessToken, refreshToken, expiresInSeconds }: Grant): string[] => [
      cookie(accessName, accessToken, expiresInSeconds),
      cookie(refreshName, refreshToken, refreshSeconds),
    ],
    ofNobody: (): string[] => [cookie(accessName, '', 0), cookie(refreshName, '', 0)],

    /** What binds an attempt to a browser; a browser keeps it, so that one attempt does not end another. */
    bindingFor(core: Pick<Core, 'random'>, request: Request): string {
      const own = cookieOf(request, sessionName)
      return own !== undefined && /^[\w-]{32,64}$/.test(own) ? own : newSecret(core)
    },
    bindingIn: (request: Request): string | null => cookieOf(request, sessionName) ?? null,
    ofBinding: (binding: string): string => cookie(sessionName, binding, sessionSeconds),
    ofNoBinding: (): string => cookie(sessionName, '', 0),
  }
}
