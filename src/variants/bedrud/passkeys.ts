import type { routes } from '../../../generated/bedrud/routes.ts'
import type { Handlers } from '../../contract/handlers.ts'
import { parseEmail } from '../../core/emails.ts'
import { admitNewcomer } from '../../core/invitations.ts'
import type { Assertion, Attestation, PasskeySite } from '../../core/passkey-verification.ts'
import {
  finishPasskeyRegistration,
  finishPasskeySignIn,
  finishPasskeySignUp,
  startPasskeyRegistration,
  startPasskeySignIn,
  startPasskeySignUp,
} from '../../core/passkeys.ts'
import type { Services } from '../variant.ts'
import type { Caller } from './authenticate.ts'
import type { Cookies } from './cookies.ts'
import { refusal } from './errors.ts'
import { cleanName, isLongEnough } from './names.ts'
import { realm } from './rules.ts'
import { toAuthResponse } from './wire.ts'

type Ceremony = 'startPasskey' | 'finishPasskey'
type PasskeyHandlers = Pick<
  Handlers<typeof routes, Caller>,
  Extract<keyof typeof routes, `${Ceremony}${string}`>
>

const noStore = { 'Cache-Control': 'no-store' }

/** Three ceremonies of two steps each (WebAuthn L3, section 7). */
export function passkeyHandlers(
  { core, site, switches, clientOf }: Services,
  cookies: Cookies,
): PasskeyHandlers {
  const passkeySite: PasskeySite = {
    // Passkeys belong to the pages that use them.
    rpId: new URL(site.webUrl).hostname,
    rpName: 'Bedrud',
    allowsOrigin: site.allowsOrigin,
  }
  const admit = (token: string | null | undefined) =>
    admitNewcomer(core, switches.registration ?? 'open', { realm, token })

  return {
    async startPasskeyRegistration({ caller }) {
      const { user } = caller.bearer
      return {
        status: 200,
        headers: noStore,
        body: await startPasskeyRegistration(core, passkeySite, { user }),
      }
    },

    async finishPasskeyRegistration({ body, caller, request }) {
      await finishPasskeyRegistration(core, passkeySite, {
        user: caller.bearer.user,
        attestation: attestationIn(body),
        client: clientOf(request),
      })
      return { status: 200, body: { message: 'Passkey registered successfully' } }
    },

    async startPasskeySignIn({ body, request }) {
      const binding = cookies.bindingFor(core, request)
      const options = await startPasskeySignIn(core, passkeySite, {
        realm,
        email: body?.email || undefined,
        binding,
      })
      return { status: 200, headers: { ...noStore, 'Set-Cookie': cookies.ofBinding(binding) }, body: options }
    },

    async finishPasskeySignIn({ body, request }) {
      const grant = await finishPasskeySignIn(core, passkeySite, {
        realm,
        assertion: assertionIn(body),
        binding: cookies.bindingIn(request),
        client: clientOf(request),
      })
      return {
        status: 200,
        headers: { ...noStore, 'Set-Cookie': cookies.ofGrant(grant) },
        body: toAuthResponse(grant),
      }
    },

    async startPasskeySignUp({ body: { email, name: given, inviteToken }, request }) {
      parseEmail(email)
      const name = cleanName(given)
      if (!isLongEnough(name)) return refusal(400, 'Name must be between 2 and 100 characters')
      await admit(inviteToken)
      const binding = cookies.bindingFor(core, request)
      const options = await startPasskeySignUp(core, passkeySite, {
        realm,
        email,
        name,
        binding,
        remember: { inviteToken: inviteToken ?? null },
        client: clientOf(request),
      })
      return { status: 200, headers: { ...noStore, 'Set-Cookie': cookies.ofBinding(binding) }, body: options }
    },

    async finishPasskeySignUp({ body, request }) {
      const grant = await finishPasskeySignUp(core, passkeySite, {
        realm,
        attestation: attestationIn(body),
        binding: cookies.bindingIn(request),
        also: (_, { inviteToken }) => admit(inviteToken as string | null),
        client: clientOf(request),
      })
      return {
        status: 200,
        headers: { ...noStore, 'Set-Cookie': cookies.ofGrant(grant) },
        body: toAuthResponse(grant),
      }
    },
  }
}

type BodyOf<Id extends 'finishPasskeyRegistration' | 'finishPasskeySignIn'> = Parameters<
  PasskeyHandlers[Id]
>[0]['body']

function attestationIn(body: BodyOf<'finishPasskeyRegistration'>): Attestation {
  if ('response' in body) return body.response
  const { attestationObject } = body
  const clientDataJSON = 'clientDataJSON' in body ? body.clientDataJSON : body.clientDataJson
  return { clientDataJSON, attestationObject }
}

function assertionIn(body: BodyOf<'finishPasskeySignIn'>): Assertion {
  if ('response' in body) return { ...body.response, credentialId: body.rawId }
  const { credentialId, authenticatorData, signature } = body
  const clientDataJSON = 'clientDataJSON' in body ? body.clientDataJSON : body.clientDataJson
  return { credentialId, clientDataJSON, authenticatorData, signature }
}
