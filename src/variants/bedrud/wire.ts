import type * as wire from '../../../generated/bedrud/types.ts'
import { type Grant, guestProvider } from '../../core/sessions.ts'
import type { User } from '../../core/tables.ts'

const toTimestamp = (instant: number): string => new Date(instant).toISOString()
const toOptionalTimestamp = (instant: number | null): string | null =>
  instant === null ? null : toTimestamp(instant)

export const roles = ['user', 'moderator', 'admin', 'superadmin'] as const

/** What is stored is the highest; everybody with an account is a user as well. */
const toAccesses = ({ role }: User) =>
  (role === 'guest' || role === 'user' ? [role] : [role, 'user']) as NonNullable<wire.UserRecord['accesses']>

const toRole = (role: string): wire.Role => roles.find((name) => name === role) ?? 'user'

/** Roles and providers are none but the ones that were put there. */
const toProvider = (provider: string) => provider as wire.Provider

export const isGuest = ({ provider }: User): boolean => provider === guestProvider

/** What a server may tell beyond what it must. */
const toRecord = (user: User): wire.UserRecord => ({
  accesses: toAccesses(user),
  avatarUrl: user.picture ?? '',
  isActive: user.status === 'active',
  emailVerifiedAt: toOptionalTimestamp(user.emailVerifiedAt),
  createdAt: toTimestamp(user.createdAt),
  updatedAt: toTimestamp(user.updatedAt),
})

export const toUser = (user: User): wire.UserProfile => ({
  id: user.id,
  email: user.email ?? '',
  name: user.name,
  role: toRole(user.role),
  avatar: user.picture,
  provider: toProvider(user.provider),
  ...toRecord(user),
})

/** Has no address: none is made up. */
export const toGuest = (user: User): wire.GuestProfile => ({
  id: user.id,
  name: user.name,
  role: 'guest',
  avatar: user.picture,
  provider: 'guest',
  ...toRecord(user),
})

export const toCurrentUser = (user: User): wire.CurrentUser => (isGuest(user) ? toGuest(user) : toUser(user))

/** Under the names of the documents, and once more under those of older clients. */
export const toTokenPair = ({ accessToken, refreshToken }: Grant): wire.TokenPair => ({
  accessToken,
  refreshToken,
  access_token: accessToken,
  refresh_token: refreshToken,
})

const toTokens = ({ accessToken, refreshToken }: Grant) => ({
  accessToken,
  refreshToken,
  tokens: { accessToken, refreshToken },
})

export const toAuthResponse = (grant: Grant): wire.AuthResponse => ({
  ...toTokens(grant),
  user: toUser(grant.user),
})

export const toGuestAuthResponse = (grant: Grant): wire.GuestAuthResponse => ({
  ...toTokens(grant),
  user: toGuest(grant.user),
})

export const toOAuthResponse = (grant: Grant): wire.OAuthResponse => ({
  ...toAuthResponse(grant),
  token: grant.accessToken,
})

/** What clients read out of the tokens; a password account is called `local` there. */
export const claimsOf = (user: User, type: 'access' | 'refresh'): Record<string, unknown> => ({
  userId: user.id,
  email: user.email ?? '',
  name: user.name,
  provider: user.provider === 'email' ? 'local' : user.provider,
  accesses: toAccesses(user),
  ...(user.emailVerifiedAt !== null && { emailVerifiedAt: toTimestamp(user.emailVerifiedAt) }),
  ...(type === 'refresh' && { purpose: 'refresh' }),
})
