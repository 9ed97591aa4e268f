import type { z } from '@hono/zod-openapi'
import type {
  zFinishPasskeyRegistrationRequest,
  zFinishPasskeySignInRequest,
} from '../../../generated/bedrud/schemas.ts'
import type * as wire from '../../../generated/bedrud/types.ts'
import type { Assertion, Attestation } from '../../core/passkeys.ts'
import { guestProvider, type IssuedTokens } from '../../core/sessions.ts'
import type { User } from '../../core/tables.ts'

const toTimestamp = (instant: number): string => new Date(instant).toISOString()

/** From highest to lowest. */
const roles: readonly wire.Role[] = ['superadmin', 'admin', 'moderator', 'user']
const toRole = (role: string): wire.Role => roles.find((known) => known === role) ?? 'user'

/** The roles of a user, for clients older than the field `role`. */
export function accessesOf({ role, provider }: Pick<User, 'role' | 'provider'>): Accesses {
  if (provider === guestProvider) return ['guest']
  const highest = toRole(role)
  return highest === 'user' ? ['user'] : [highest, 'user']
}
type Accesses = NonNullable<wire.UserRecord['accesses']>

const providers: readonly wire.Provider[] = ['email', 'google', 'github', 'twitter', 'passkey']
const toProvider = (name: string): wire.Provider => providers.find((known) => known === name) ?? 'email'

function toRecord(user: User): Required<Omit<wire.UserRecord, 'passwordChangedAt'>> {
  return {
    accesses: accessesOf(user),
    avatarUrl: user.picture ?? '',
    isActive: user.status === 'active',
    emailVerifiedAt: user.emailVerifiedAt === null ? null : toTimestamp(user.emailVerifiedAt),
    createdAt: toTimestamp(user.createdAt),
    updatedAt: toTimestamp(user.updatedAt),
  }
}

function toUser(user: User): wire.UserProfile {
  return {
    id: user.id,
    email: user.email ?? '',
    name: user.name,
    role: toRole(user.role),
    avatar: user.picture,
    provider: toProvider(user.provider),
    ...toRecord(user),
  }
}

function toGuest(user: User): wire.GuestProfile {
  return {
    id: user.id,
    name: user.name,
    role: 'guest',
    avatar: user.picture,
    provider: 'guest',
    ...toRecord(user),
  }
}

export function toCurrentUser(user: User): wire.CurrentUser {
  return user.provider === guestProvider ? toGuest(user) : toUser(user)
}

function toTokens({ accessToken, refreshToken }: IssuedTokens) {
  return {
    accessToken,
    refreshToken,
    tokens: { accessToken, refreshToken },
  }
}

export function toAuthResponse(issued: IssuedTokens): wire.AuthResponse {
  return {
    ...toTokens(issued),
    user: toUser(issued.user),
  }
}

export function toGuestAuthResponse(issued: IssuedTokens): wire.GuestAuthResponse {
  return {
    ...toTokens(issued),
    user: toGuest(issued.user),
  }
}

export function toOAuthResponse(issued: IssuedTokens): wire.OAuthResponse {
  return {
    ...toAuthResponse(issued),
    token: issued.accessToken,
  }
}

export function toTokenPair({ accessToken, refreshToken }: IssuedTokens): wire.TokenPair {
  return {
    accessToken,
    refreshToken,
    access_token: accessToken,
    refresh_token: refreshToken,
  }
}

/** Accepts all three forms of a registration response. */
export function toAttestation(body: z.output<typeof zFinishPasskeyRegistrationRequest>): Attestation {
  if ('response' in body) return body.response
  const { attestationObject } = body
  const clientDataJSON = 'clientDataJson' in body ? body.clientDataJson : body.clientDataJSON
  return { clientDataJSON, attestationObject }
}

/** Accepts all three forms of an authentication response. */
export function toAssertion(body: z.output<typeof zFinishPasskeySignInRequest>): Assertion {
  if ('response' in body) {
    const { clientDataJSON, authenticatorData, signature, userHandle } = body.response
    return { credentialId: body.id, clientDataJSON, authenticatorData, signature, userHandle }
  }
  const { credentialId, authenticatorData, signature } = body
  const clientDataJSON = 'clientDataJson' in body ? body.clientDataJson : body.clientDataJSON
  return { credentialId, clientDataJSON, authenticatorData, signature }
}
