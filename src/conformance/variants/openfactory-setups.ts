import { afterConsent, afterConsentOfPasswordUser, afterStart } from '../world/oauth.ts'
import type { Setup } from '../world/setup.ts'
import {
  afterSeconds,
  asRole,
  later,
  tokenSetup,
  withCommonPasswordsRefused,
  withoutAllowance,
  withoutQuery,
  withToken,
} from '../world/setups.ts'
import {
  acceptInvitation,
  ada,
  charles,
  createBoundKey,
  createKey,
  invite,
  organizationOf,
} from './openfactory-cast.ts'

const day = 24 * 60 * 60

export const setups: Record<string, Setup> = {
  'signUp weakPassword': withCommonPasswordsRefused,
  'confirmPasswordReset weakPassword': withCommonPasswordsRefused,
  invalidToken: tokenSetup('f00d'.repeat(16)),
  expiredToken: afterSeconds(ada, 30 * day + 1),
  'createFeedback expiredToken': {
    isExclusive: true,
    async run(stage, parts) {
      const expiresAt = new Date(Date.now() + 10 * day * 1000).toISOString()
      const { key } = await createKey(stage, ['validator:write'], { expiresAt })
      await stage.hook('advanceClock')(11 * day)
      return withToken(parts, key)
    },
  },
  rateLimited: withoutAllowance(),
  'confirmPasswordReset expiredToken': later(day + 1),
  usedToken: {
    async run({ send }, { body }) {
      await send({ method: 'POST', path: '/api/auth/reset-password', body })
      return undefined
    },
  },
  expiredInvitation: later(7 * day + 1),
  otherEmail: {
    async run(stage, parts) {
      return withToken(parts, (await stage.createAccount()).access)
    },
  },
  'acceptInvitation alreadyMember': {
    // Each of two administrators invites the same person, who accepts both invitations.
    async run(stage, parts) {
      const [first, second, guest] = [
        await stage.createAccount(),
        await stage.createAccount(),
        await stage.createAccount(),
      ]
      const organizationId = await organizationOf(stage, first)
      await invite(stage, first, organizationId, second.email, 'admin')
      await acceptInvitation(stage, second)
      await invite(stage, first, organizationId, guest.email)
      const token = await stage.mailedToken(guest.email, 'invitation')
      await invite(stage, second, organizationId, guest.email)
      await acceptInvitation(stage, guest)
      return { ...withToken(parts, guest.access), body: { token } }
    },
  },
  member: asRole(charles),
  adminRequired: asRole(charles),
  'finishOAuth ok': afterConsent(),
  'finishOAuth google': afterConsent(),
  'finishOAuth accessDenied': afterConsent({ decision: 'deny' }),
  'finishOAuth noCode': afterStart(),
  'finishOAuth invalidCode': afterStart('example-code-unknown'),
  'finishOAuth profileUnreadable': afterStart('example-code-without-profile'),
  'finishOAuth emailNotFound': afterStart('example-code-without-email'),
  'finishOAuth accountNotLinked': afterConsentOfPasswordUser,
  missingState: withoutQuery('state'),
  expiredState: {
    ...afterStart('example-code-charles'),
    isExclusive: true,
    async run(stage, parts, about) {
      const callback = await afterStart('example-code-charles').run(stage, parts, about)
      await stage.hook('advanceClock')(601)
      return callback
    },
  },
  apiKeyRefused: withKey('mcp:read', 'mcp:write', 'validator:write'),
  missingScope: withKey('validator:write'),
  'createFeedback missingScope': withKey('mcp:read'),
  'listWorkOrders otherProject': withBoundKey('mcp:read'),
  'updateWorkOrder otherProject': withBoundKey('mcp:write'),
  'createFeedback otherProject': withBoundKey('validator:write'),
  invalidCursor: { run: async (_, { query }) => ({ query: { ...query, cursor: 'not-a-cursor' } }) },
  statusNotForKeys: {
    async run(stage, parts) {
      const { key } = await createKey(stage, ['mcp:write'])
      return { ...withToken(parts, key), body: { status: 'backlog' } }
    },
  },
}

export const needsExampleData = ['finishOAuth profileUnreadable', 'finishOAuth emailNotFound']

function withKey(...scopes: string[]): Setup {
  return { run: async (stage, parts) => withToken(parts, (await createKey(stage, scopes)).key) }
}

function withBoundKey(...scopes: string[]): Setup {
  return {
    async run(stage, parts) {
      // Another project of the same organization, or a foreign one, is out of reach of the key.
      const key = await createBoundKey(stage, ...scopes)
      return withToken(parts, key)
    },
  }
}
