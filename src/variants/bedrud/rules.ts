import { defaultRules, type Rules } from '../../core/rules.ts'
import { claimsOf } from './wire.ts'

const minute = 60
const day = 24 * 60 * minute

/** Everybody is in one pool. */
export const realm = ''

export const refreshSeconds = 7 * day

/** 10 per 60 s and client address, each operation by itself. */
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

export const rules = (): Rules => ({
  ...defaultRules,
  session: {
    ...defaultRules.session,
    idleSeconds: refreshSeconds,
    // A sign-in anywhere replaces the refresh token; what is signed in elsewhere lives until its access token ends.
    oneRefreshTokenPerUser: true,
  },
  accessToken: { seconds: 60 * minute, issuer: 'bedrud', audience: 'bedrud', claims: claimsOf },
  guests: { endSeconds: day },
  limits: {
    ...defaultRules.limits,
    ...Object.fromEntries(limitedByAddress.map((operationId) => [operationId, perAddress])),
  },
})
