import { defaultRules, type Rules } from '../../core/rules.ts'
import type { User } from '../../core/tables.ts'
import { accessesOf } from './serializers.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Everybody is in one pool. */
export const realm = ''

/** 10 in a fixed window of 60 s, for each operation and client address. */
const perAddress = { max: 10, windowSeconds: minute }
export const limitedByAddress = [
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
    },
    accessToken: { seconds: hour, issuer: 'bedrud', audience: 'bedrud', claims },
    guests: { lifetimeSeconds: day },
    limits: {
      ...defaultRules.limits,
      ...Object.fromEntries(limitedByAddress.map((operationId) => [operationId, perAddress])),
    },
  }
}

/** What the vendor's clients read out of a token: `userId`, `name`, `accesses`, `exp`. */
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
