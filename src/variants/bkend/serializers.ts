import type * as wire from '../../../generated/bkend/types.ts'
import type { IssuedTokens } from '../../core/sessions.ts'
import type { User } from '../../core/tables.ts'

export function toTimestamp(instant: number): string {
  return new Date(instant).toISOString()
}

/** What users tell about themselves beyond their name; the contract decides the form when it comes in. */
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

/** What everybody else sees. */
export function toPublicUser(user: User): wire.PublicUser {
  return {
    id: user.id,
    name: user.name,
    nickname: (user.profile as Profile).nickname ?? null,
    image: user.picture,
    createdAt: toTimestamp(user.createdAt),
  }
}
