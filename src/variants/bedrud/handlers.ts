import type { routes } from '../../../generated/bedrud/routes.ts'
import type { Handlers } from '../../contract/handlers.ts'
import { parseEmail } from '../../core/emails.ts'
import { admitNewcomer } from '../../core/invitations.ts'
import { refresh } from '../../core/refresh.ts'
import { type Grant, signOut } from '../../core/sessions.ts'
import { signIn } from '../../core/sign-in.ts'
import { signInAsGuest, signUp } from '../../core/sign-up.ts'
import type { Services } from '../variant.ts'
import type { Caller } from './authenticate.ts'
import type { Cookies } from './cookies.ts'
import { refusal } from './errors.ts'
import { cleanName, isLongEnough } from './names.ts'
import { oauthHandlers } from './oauth.ts'
import { passkeyHandlers } from './passkeys.ts'
import { realm } from './rules.ts'
import { toAuthResponse, toCurrentUser, toGuestAuthResponse, toTokenPair } from './wire.ts'

/** In the order of the contract. */
export const handlers = (services: Services, cookies: Cookies): Handlers<typeof routes, Caller> => {
  const { core, switches, clientOf } = services
  const withCookies = (grant: Grant) => ({
    'Set-Cookie': cookies.ofGrant(grant),
    'Cache-Control': 'no-store',
  })

  return {
    async signUp({ body: { email, password, name: given, inviteToken: token }, request }) {
      // One thing at a time, in the order of the vendor's server: address, name, who may register, password.
      parseEmail(email)
      const name = cleanName(given)
      if (!isLongEnough(name)) return refusal(400, 'Name must be at least 2 characters')
      const admit = () => admitNewcomer(core, switches.registration ?? 'open', { realm, token })
      await admit()
      const { grant } = await signUp(core, {
        realm,
        email,
        password,
        name,
        client: clientOf(request),
        also: admit,
      })
      if (!grant) throw new Error('The rules open no session at sign-up')
      return { status: 200, headers: withCookies(grant), body: toAuthResponse(grant) }
    },

    async signIn({ body: { email, password }, request }) {
      const grant = await signIn(core, { realm, email, password, client: clientOf(request) })
      return { status: 200, headers: withCookies(grant), body: toAuthResponse(grant) }
    },

    async signInAsGuest({ body, request }) {
      const name = cleanName(body.name)
      if (!isLongEnough(name)) return refusal(400, 'Name must be between 2 and 50 characters')
      if (switches.registration === 'closed') return refusal(403, 'Registration is currently disabled')
      if (!switches.guests) return refusal(403, 'Guest login is currently disabled')
      const grant = await signInAsGuest(core, { realm, name, client: clientOf(request) })
      return { status: 200, headers: withCookies(grant), body: toGuestAuthResponse(grant) }
    },

    async getCurrentUser({ caller }) {
      const { user } = 'bearer' in caller ? caller.bearer : caller.accessTokenCookie
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: toCurrentUser(user) }
    },

    async refreshTokens({ body, cookies: sent, request }) {
      const refreshToken = body?.refreshToken || body?.refresh_token || sent.refresh_token
      if (!refreshToken) return refusal(400, 'No refresh token provided')
      const grant = await refresh(core, { refreshToken, realm, client: clientOf(request) })
      return { status: 200, headers: withCookies(grant), body: toTokenPair(grant) }
    },

    async signOut({ body, cookies: sent, caller, request }) {
      const refreshToken = body?.refreshToken || body?.refresh_token || sent.refresh_token || ''
      await signOut(core, { signedIn: caller.bearer, refreshToken, client: clientOf(request) })
      return { status: 200, headers: { 'Set-Cookie': cookies.ofNobody() }, body: { message: 'logged out' } }
    },

    ...oauthHandlers(services, cookies),
    ...passkeyHandlers(services, cookies),
  }
}
