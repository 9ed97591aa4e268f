import type { routes } from '../../../../generated/bedrud/routes.ts'
import {
  finishPasskeyRegistration,
  finishPasskeySignIn,
  finishPasskeySignUp,
  type RelyingParty,
  startPasskeyRegistration,
  startPasskeySignIn,
  startPasskeySignUp,
} from '../../../core/passkeys.ts'
import { newSecret } from '../../../core/secrets.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services, Site } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import type { BrowserCeremony, Cookies } from '../cookies.ts'
import { errorReply } from '../errors.ts'
import type { Flags } from '../flags.ts'
import { authorizeSignUp, invitationHash } from '../invitations.ts'
import { cleanName, isLongEnough } from '../names.ts'
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

/** Handlers for the three WebAuthn ceremonies, in two steps each. */
export function passkeyHandlers(
  services: Services<Flags>,
  cookies: Cookies,
): Pick<Handlers<typeof routes, Caller>, Operations> {
  const { core } = services
  const site = passkeySite(services.site)
  const ceremonyHeaders = (request: Request, ceremony: BrowserCeremony, browserNonce: string) => ({
    ...noStore,
    'Set-Cookie': cookies.bindCeremony(request, ceremony, browserNonce),
  })

  return {
    async startPasskeyRegistration({ caller }) {
      const options = await startPasskeyRegistration(core, site, caller.bearer)
      return { status: 200, headers: noStore, body: options }
    },

    async finishPasskeyRegistration({ body, caller, requestMeta }) {
      const { user } = caller.bearer
      const attestation = toAttestation(body)
      await finishPasskeyRegistration(core, site, { user, attestation, requestMeta })
      return { status: 200, body: { message: 'Passkey registered successfully' } }
    },

    async startPasskeySignIn({ body, request }) {
      const browserNonce = newSecret(core, 24)
      const email = body?.email || undefined
      const options = await startPasskeySignIn(core, site, { realm, email, browserNonce })
      return { status: 200, headers: ceremonyHeaders(request, 'passkeySignIn', browserNonce), body: options }
    },

    async finishPasskeySignIn({ body, requestMeta, request }) {
      const issued = await finishPasskeySignIn(core, site, {
        realm,
        assertion: toAssertion(body),
        browserNonce: cookies.nonceOf(request, 'passkeySignIn'),
        requestMeta,
      })
      return { status: 200, headers: cookies.tokenHeaders(issued), body: toAuthResponse(issued) }
    },

    async startPasskeySignUp({ body: { email, name, inviteToken }, requestMeta, request }) {
      const cleanedName = cleanName(name)
      if (!isLongEnough(cleanedName)) return errorReply(400, 'Name must be between 2 and 100 characters')
      const invitation = invitationHash(inviteToken)
      const browserNonce = newSecret(core, 24)
      const options = await startPasskeySignUp(core, site, {
        realm,
        email,
        name: cleanedName,
        browserNonce,
        context: { invitation },
        requestMeta,
        authorizeSignUp: () => authorizeSignUp(services, invitation),
      })
      return { status: 200, headers: ceremonyHeaders(request, 'passkeySignUp', browserNonce), body: options }
    },

    async finishPasskeySignUp({ body, requestMeta, request }) {
      const issued = await finishPasskeySignUp(core, site, {
        realm,
        attestation: toAttestation(body),
        browserNonce: cookies.nonceOf(request, 'passkeySignUp'),
        extraChanges: (_, { invitation }) =>
          authorizeSignUp(services, typeof invitation === 'string' ? invitation : null),
        requestMeta,
      })
      return { status: 200, headers: cookies.tokenHeaders(issued), body: toAuthResponse(issued) }
    },
  }
}

/** The RP ID is the domain of the frontend, because its pages use the passkeys. */
function passkeySite({ webUrl, allowsOrigin }: Site): RelyingParty {
  return {
    rpId: new URL(webUrl).hostname,
    rpName: 'Bedrud',
    allowsOrigin,
  }
}
