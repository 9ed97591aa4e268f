import type { ApiKeyFormat } from '../../core/api-keys.ts'
import { defaultRules, type Rules } from '../../core/rules.ts'
import type { Site } from '../variant.ts'

const minute = 60
const day = 24 * 60 * minute

/** All users are in one realm. */
export const realm = ''

const perIp = { max: 10, windowSeconds: minute }
export const ipLimitedOperations = [
  'signUp',
  'signIn',
  'startOAuth',
  'finishOAuth',
  'requestPasswordReset',
  'confirmPasswordReset',
  'inviteMember',
  'acceptInvitation',
]

export function rules({ webUrl }: Site): Rules {
  return {
    ...defaultRules,
    // Equal limits: use does not extend a session.
    session: { ...defaultRules.session, kind: 'opaque', idleSeconds: 30 * day, absoluteSeconds: 30 * day },
    mail: {
      ...defaultRules.mail,
      links: {
        ...defaultRules.mail.links,
        invitation: ({ token }) => `${webUrl}/accept-invitation?${new URLSearchParams({ token })}`,
        resetPassword: ({ token }) => `${webUrl}/reset-password?${new URLSearchParams({ token })}`,
      },
    },
    limits: {
      ...defaultRules.limits,
      // A newer reset email supersedes the older one, so there is no pause; `mailsByRecipient` still applies.
      mailPause: null,
      ...Object.fromEntries(ipLimitedOperations.map((operationId) => [operationId, perIp])),
      createFeedback: { max: 60, windowSeconds: minute },
    },
  }
}

export const scopes = ['mcp:read', 'mcp:write', 'validator:write'] as const

export const apiKeyFormat: ApiKeyFormat = {
  prefix: 'of-key-',
  bytes: 24,
  preview: (key) => key.slice(0, 15),
}
