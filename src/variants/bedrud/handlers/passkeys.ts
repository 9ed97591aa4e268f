import type { routes } from '../../../../generated/bedrud/routes.ts'
import { sessionAuthority } from '../../../core/authority.ts'
import { readChallenge } from '../../../core/passkey-messages.ts'
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
import type { Cookies } from '../cookies.ts'
import { errorReply } from '../errors.ts'
import { type Flags, serverName } from '../flags.ts'
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
  const bindHeaders = (request: Request, { challenge }: { challenge: string }, browserNonce: string) => ({
    ...noStore,
    'Set-Cookie': cookies.passkeys.bind(request, challenge, browserNonce),
  })

  return {
    async startPasskeyRegistration({ caller }) {
      const { user } = caller.bearer
      const authority = sessionAuthority(caller.bearer)
      const options = await startPasskeyRegistration(core, site, { user, authority })
      return { status: 200, headers: noStore, body: options }
    },

    async finishPasskeyRegistration({ body, caller, requestMeta }) {
      const { user } = caller.bearer
      const attestation = toAttestation(body)
      const authority = sessionAuthority(caller.bearer)
      await finishPasskeyRegistration(core, site, { user, attestation, authority, requestMeta })
      return { status: 200, body: { message: 'Passkey registered successfully' } }
    },

    async startPasskeySignIn({ body, request }) {
      const browserNonce = newSecret(core, 24)
      const email = body?.email || undefined
      const options = await startPasskeySignIn(core, site, { realm, email, browserNonce })
      return { status: 200, headers: bindHeaders(request, options, browserNonce), body: options }
    },

    async finishPasskeySignIn({ body, requestMeta, request }) {
      const assertion = toAssertion(body)
      const challenge = readChallenge(assertion.clientDataJSON) ?? ''
      const browserNonce = cookies.passkeys.nonceOf(request, challenge)
      const issued = await finishPasskeySignIn(core, site, { realm, assertion, browserNonce, requestMeta })
      const headers = cookies.tokenHeaders(issued, cookies.passkeys.unbind(challenge))
      return { status: 200, headers, body: toAuthResponse(issued) }
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
      return { status: 200, headers: bindHeaders(request, options, browserNonce), body: options }
    },

    async finishPasskeySignUp({ body, requestMeta, request }) {
      const attestation = toAttestation(body)
      const challenge = readChallenge(attestation.clientDataJSON) ?? ''
      const issued = await finishPasskeySignUp(core, site, {
        realm,
        attestation,
        browserNonce: cookies.passkeys.nonceOf(request, challenge),
        extraChanges: (_, { invitation }) =>
          authorizeSignUp(services, typeof invitation === 'string' ? invitation : null),
        requestMeta,
      })
      const headers = cookies.tokenHeaders(issued, cookies.passkeys.unbind(challenge))
      return { status: 200, headers, body: toAuthResponse(issued) }
    },
  }
}

/** The RP ID is the domain of the frontend, because its pages use the passkeys. */
function passkeySite({ webUrl, allowsOrigin }: Site): RelyingParty {
  return {
    rpId: new URL(webUrl).hostname,
    rpName: serverName,
    allowsOrigin,
  }
}
