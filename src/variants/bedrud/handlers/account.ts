import type { routes } from '../../../../generated/bedrud/routes.ts'
import { signIn } from '../../../core/sign-in.ts'
import { signInAsGuest, signUp } from '../../../core/sign-up.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import { admit, invitationIn } from '../admission.ts'
import type { Caller } from '../authenticate.ts'
import type { Cookies } from '../cookies.ts'
import { refusal } from '../errors.ts'
import type { Flags } from '../flags.ts'
import { cleanName, isName } from '../names.ts'
import { realm } from '../rules.ts'
import { toAuthResponse, toCurrentUser, toGuestAuthResponse } from '../serializers.ts'

type Operations = 'signUp' | 'signIn' | 'signInAsGuest' | 'getCurrentUser'

/** Creating accounts, signing in with a password or as a guest, and the profile. */
export function accountHandlers(
  services: Services<Flags>,
  cookies: Cookies,
): Pick<Handlers<typeof routes, Caller>, Operations> {
  const { core, flags } = services
  return {
    async signUp({ body: { email, password, name, inviteToken }, client }) {
      const clean = cleanName(name)
      if (!isName(clean)) return refusal(400, 'Name must be at least 2 characters')
      const admitted = () => admit(services, invitationIn(inviteToken))
      const { grant } = await signUp(core, {
        realm,
        email,
        password,
        name: clean,
        client,
        admit: admitted,
        also: admitted,
      })
      if (!grant) throw new Error('The rules open no session at sign-up')
      return { status: 200, headers: cookies.signedIn(grant), body: toAuthResponse(grant) }
    },

    async signIn({ body: { email, password }, client }) {
      if (email.trim() === '') return refusal(400, 'Email and password are required')
      const grant = await signIn(core, { realm, email, password, client })
      return { status: 200, headers: cookies.signedIn(grant), body: toAuthResponse(grant) }
    },

    async signInAsGuest({ body: { name }, client }) {
      const clean = cleanName(name)
      if (!isName(clean)) return refusal(400, 'Name must be between 2 and 50 characters')
      if (flags.registration === 'closed') return refusal(403, 'Registration is currently disabled')
      if (!flags.guests) return refusal(403, 'Guest login is currently disabled')
      const grant = await signInAsGuest(core, { realm, name: clean, client })
      return { status: 200, headers: cookies.signedIn(grant), body: toGuestAuthResponse(grant) }
    },

    async getCurrentUser({ caller }) {
      const { user } = 'bearer' in caller ? caller.bearer : caller.accessTokenCookie
      return { status: 200, headers: noStore, body: toCurrentUser(user) }
    },
  }
}
