import type { ApiKeyForm } from '../../core/api-keys.ts'
import { defaultRules, type Rules } from '../../core/rules.ts'
import type { Site } from '../variant.ts'

const minute = 60
const day = 24 * 60 * minute

/** Everybody is in one pool. */
export const realm = ''

/** 10 per 60 s, client address and path. */
const perAddress = { max: 10, windowSeconds: minute }
export const limitedByAddress = [
  'signUp',
  'signIn',
  'startOAuth',
  'finishOAuth',
  'requestPasswordReset',
  'confirmPasswordReset',
]

export function rules({ webUrl }: Site): Rules {
  return {
    ...defaultRules,
    // 30 days from sign-in, never extended.
    session: { ...defaultRules.session, kind: 'opaque', idleSeconds: 30 * day, absoluteSeconds: 30 * day },
    mail: {
      ...defaultRules.mail,
      links: {
        ...defaultRules.mail.links,
        resetPassword: ({ token }) => `${webUrl}/reset-password?${new URLSearchParams({ token })}`,
      },
    },
    limits: {
      ...defaultRules.limits,
      // A newer mail replaces the older at once; how many there may be is limited all the same.
      mailPause: null,
      ...Object.fromEntries(limitedByAddress.map((operationId) => [operationId, perAddress])),
      createFeedback: { max: 60, windowSeconds: minute },
    },
  }
}

export const scopes = ['mcp:read', 'mcp:write', 'validator:write'] as const

export const apiKeyForm: ApiKeyForm = {
  prefix: 'of-key-',
  bytes: 24,
  preview: (key) => key.slice(0, 15),
}
