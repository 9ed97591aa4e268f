import { defaultRules, type Rules } from '../../core/rules.ts'
import type { User } from '../../core/tables.ts'
import { accessesOf } from './serializers.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** All users share one realm. */
export const realm = ''

/** For each operation and IP address. */
const perIp = { max: 10, windowSeconds: minute }
export const limitedByIp = [
  'signUp',
  'signIn',
  'signInAsGuest',
  'refreshTokens',
  'startOAuth',
  'finishOAuth',
  'startPasskeySignIn',
  'finishPasskeySignIn',
  'startPasskeySignUp',
  'finishPasskeySignUp',
]

export function rules(): Rules {
  return {
    ...defaultRules,
    session: {
      ...defaultRules.session,
      kind: 'pair',
      idleSeconds: 7 * day,
      onReuse: 'session',
      oneRefreshTokenPerUser: true,
      accessTokensOutliveRotation: true,
    },
    accessToken: { lifetimeSeconds: hour, issuer: 'bedrud', audience: 'bedrud', claims },
    guests: { lifetimeSeconds: day },
    limits: {
      ...defaultRules.limits,
      ...Object.fromEntries(limitedByIp.map((operationId) => [operationId, perIp])),
    },
  }
}

/** The claims that the vendor's clients read. */
function claims(user: User, type: 'access' | 'refresh') {
  return {
    userId: user.id,
    email: user.email ?? '',
    name: user.name,
    provider: user.provider === 'email' ? 'local' : user.provider,
    accesses: accessesOf(user),
    ...(user.emailVerifiedAt !== null && { emailVerifiedAt: new Date(user.emailVerifiedAt).toISOString() }),
    ...(type === 'refresh' && { purpose: 'refresh' }),
  }
}
