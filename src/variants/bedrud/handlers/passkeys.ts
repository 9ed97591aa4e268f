import type { routes } from '../../../../generated/bedrud/routes.ts'
import {
  finishPasskeyRegistration,
  finishPasskeySignIn,
  finishPasskeySignUp,
  type PasskeySite,
  startPasskeyRegistration,
  startPasskeySignIn,
  startPasskeySignUp,
} from '../../../core/passkeys.ts'
import { newSecret } from '../../../core/secrets.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services, Site } from '../../variant.ts'
import { admit, invitationIn } from '../admission.ts'
import type { Caller } from '../authenticate.ts'
import type { Cookies } from '../cookies.ts'
import { refusal } from '../errors.ts'
import type { Flags } from '../flags.ts'
import { cleanName, isName } from '../names.ts'
import { realm } from '../rules.ts'
import { toAssertion, toAttestation, toAuthResponse } from '../serializers.ts'

export const passkeyOperations = [
  'startPasskeyRegistration',
  'finishPasskeyRegistration',
  'startPasskeySignIn',
  'finishPasskeySignIn',
  'startPasskeySignUp',
  'finishPasskeySignUp',
] as const
type Operations = (typeof passkeyOperations)[number]

/** Three WebAuthn ceremonies in two steps each. */
export function passkeyHandlers(
  services: Services<Flags>,
  cookies: Cookies,
): Pick<Handlers<typeof routes, Caller>, Operations> {
  const { core } = services
  const site = passkeySite(services.site)
  const bound = (request: Request, ceremony: Parameters<Cookies['bind']>[1], binding: string) => ({
    ...noStore,
    'Set-Cookie': cookies.bind(request, ceremony, binding),
  })

  return {
    async startPasskeyRegistration({ caller }) {
      const options = await startPasskeyRegistration(core, site, caller.bearer)
      return { status: 200, headers: noStore, body: options }
    },

    async finishPasskeyRegistration({ body, caller, client }) {
      const { user } = caller.bearer
      const attestation = toAttestation(body)
      await finishPasskeyRegistration(core, site, { user, attestation, client })
      return { status: 200, body: { message: 'Passkey registered successfully' } }
    },

    async startPasskeySignIn({ body, request }) {
      const binding = newSecret(core, 24)
      const email = body?.email || undefined
      const options = await startPasskeySignIn(core, site, { realm, email, binding })
      return { status: 200, headers: bound(request, 'passkeySignIn', binding), body: options }
    },

    async finishPasskeySignIn({ body, client, request }) {
      const grant = await finishPasskeySignIn(core, site, {
        realm,
        assertion: toAssertion(body),
        binding: cookies.bindingOf(request, 'passkeySignIn'),
        client,
      })
      return { status: 200, headers: cookies.signedIn(grant), body: toAuthResponse(grant) }
    },

    async startPasskeySignUp({ body: { email, name, inviteToken }, client, request }) {
      const clean = cleanName(name)
      if (!isName(clean)) return refusal(400, 'Name must be between 2 and 100 characters')
      const invitation = invitationIn(inviteToken)
      const binding = newSecret(core, 24)
      const options = await startPasskeySignUp(core, site, {
        realm,
        email,
        name: clean,
        binding,
        remember: { invitation },
        client,
        admit: () => admit(services, invitation),
      })
      return { status: 200, headers: bound(request, 'passkeySignUp', binding), body: options }
    },

    async finishPasskeySignUp({ body, client, request }) {
      const grant = await finishPasskeySignUp(core, site, {
        realm,
        attestation: toAttestation(body),
        binding: cookies.bindingOf(request, 'passkeySignUp'),
        also: (_, { invitation }) => admit(services, typeof invitation === 'string' ? invitation : null),
        client,
      })
      return { status: 200, headers: cookies.signedIn(grant), body: toAuthResponse(grant) }
    },
  }
}

/** Passkeys are used on pages of the frontend, so they are its domain's. */
const passkeySite = ({ webUrl, allowsOrigin }: Site): PasskeySite => ({
  rpId: new URL(webUrl).hostname,
  rpName: 'Bedrud',
  allowsOrigin,
})
