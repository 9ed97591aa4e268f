import type { routes } from '../../../../generated/bedrud/routes.ts'
import { signIn } from '../../../core/sign-in.ts'
import { signInAsGuest, signUp } from '../../../core/sign-up.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import type { Cookies } from '../cookies.ts'
import { errorReply } from '../errors.ts'
import type { Flags } from '../flags.ts'
import { authorizeSignUp, invitationHash } from '../invitations.ts'
import { cleanName, isLongEnough } from '../names.ts'
import { realm } from '../rules.ts'
import { toAuthResponse, toCurrentUser, toGuestAuthResponse } from '../serializers.ts'

type Operations = 'signUp' | 'signIn' | 'signInAsGuest' | 'getCurrentUser'

/** Handlers for sign-up and sign-in with a password, guests, and the profile. */
export function accountHandlers(
  services: Services<Flags>,
  cookies: Cookies,
): Pick<Handlers<typeof routes, Caller>, Operations> {
  const { core, flags } = services
  return {
    async signUp({ body: { email, password, name, inviteToken }, requestMeta }) {
      const cleanedName = cleanName(name)
      if (!isLongEnough(cleanedName)) return errorReply(400, 'Name must be at least 2 characters')
      const authorize = () => authorizeSignUp(services, invitationHash(inviteToken))
      const { issued } = await signUp(core, {
        realm,
        email,
        password,
        name: cleanedName,
        requestMeta,
        authorizeSignUp: authorize,
        extraChanges: authorize,
      })
      if (!issued) throw new Error('The rules must open a session at sign-up')
      return { status: 200, headers: cookies.tokenHeaders(issued), body: toAuthResponse(issued) }
    },

    async signIn({ body: { email, password }, requestMeta }) {
      if (email.trim() === '') return errorReply(400, 'Email and password are required')
      const issued = await signIn(core, { realm, email, password, requestMeta })
      return { status: 200, headers: cookies.tokenHeaders(issued), body: toAuthResponse(issued) }
    },

    async signInAsGuest({ body: { name }, requestMeta }) {
      const cleanedName = cleanName(name)
      if (!isLongEnough(cleanedName)) return errorReply(400, 'Name must be between 2 and 50 characters')
      if (flags.registration === 'closed') return errorReply(403, 'Registration is currently disabled')
      if (!flags.guests) return errorReply(403, 'Guest login is currently disabled')
      const issued = await signInAsGuest(core, { realm, name: cleanedName, requestMeta })
      return { status: 200, headers: cookies.tokenHeaders(issued), body: toGuestAuthResponse(issued) }
    },

    async getCurrentUser({ caller }) {
      const { user } = 'bearer' in caller ? caller.bearer : caller.accessTokenCookie
      return { status: 200, headers: noStore, body: toCurrentUser(user) }
    },
  }
}
