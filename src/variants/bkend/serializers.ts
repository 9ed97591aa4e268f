import type * as wire from '../../../generated/bkend/types.ts'
import type { IssuedTokens } from '../../core/sessions.ts'
import type { User } from '../../core/tables.ts'

/** @param instant milliseconds since 1970 */
export function toTimestamp(instant: number): string {
  return new Date(instant).toISOString()
}

/** The contents of `User.profile`, as the contract validates them. */
export interface Profile {
  nickname?: string | null
  onboardingStatus?: string
  mobile?: string | null
  gender?: NonNullable<wire.User['gender']> | null
  bio?: string | null
  socialLinks?: wire.SocialLinks
}

export function toTokens({ accessToken, refreshToken, expiresInSeconds }: IssuedTokens): wire.TokenResponse {
  return {
    accessToken,
    refreshToken,
    tokenType: 'Bearer',
    expiresIn: expiresInSeconds,
  }
}

/** The complete record, for its owner and for administrators. */
export function toUser(user: User): wire.User {
  const profile: Profile = user.profile
  return {
    id: user.id,
    role: user.role === 'admin' ? 'admin' : 'user',
    name: user.name,
    nickname: profile.nickname ?? null,
    email: user.email ?? '',
    emailVerified: user.emailVerifiedAt === null ? null : toTimestamp(user.emailVerifiedAt),
    image: user.picture,
    onboardingStatus: profile.onboardingStatus ?? 'pending',
    mobile: profile.mobile ?? null,
    gender: profile.gender ?? null,
    bio: profile.bio ?? null,
    socialLinks: profile.socialLinks ?? null,
    createdAt: toTimestamp(user.createdAt),
    updatedAt: toTimestamp(user.updatedAt),
  }
}

/** The part of a record that other users can see. */
export function toPublicUser(user: User): wire.PublicUser {
  return {
    id: user.id,
    name: user.name,
    nickname: (user.profile as Profile).nickname ?? null,
    image: user.picture,
    createdAt: toTimestamp(user.createdAt),
  }
}
