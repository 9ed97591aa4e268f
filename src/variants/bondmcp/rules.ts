import type { ApiKeyFormat } from '../../core/api-keys.ts'
import type { RateLimit } from '../../core/ports.ts'
import { defaultRules, type Rules } from '../../core/rules.ts'
import type { Site } from '../variant.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** All users share one realm. */
export const realm = ''

/** Smallest plan first. */
export const largerPlans = ['starter', 'professional', 'enterprise'] as const
export const plans = ['free', ...largerPlans] as const
export type Plan = (typeof plans)[number]

export function toPlan(plan: string | null): Plan {
  return plans.find((name) => name === plan) ?? 'free'
}

const perMinute = (max: number): RateLimit => ({ max, windowSeconds: minute })
/** The day ends at 00:00 UTC. */
const perDay = (max: number): RateLimit => ({ max, windowSeconds: day, aligned: true })

export function rules({ publicUrl }: Site): Rules {
  return {
    ...defaultRules,
    signUp: { opensSession: false, sendsVerification: true, unverifiedLifetimeSeconds: day },
    signIn: { requiresVerifiedEmail: true },
    // There is no refresh token, so the session ends with its access token.
    session: { ...defaultRules.session, kind: 'access', idleSeconds: hour, absoluteSeconds: hour },
    accessToken: {
      lifetimeSeconds: hour,
      issuer: 'bondmcp',
      audience: 'bondmcp',
      claims: ({ email }) => ({ email }),
    },
    // Mail scanners open links before people do, so a link works until it expires.
    verification: { ...defaultRules.verification, tokenLifetimeSeconds: day, singleUse: false },
    mail: {
      ...defaultRules.mail,
      links: {
        ...defaultRules.mail.links,
        verifyEmail: ({ token }) => `${publicUrl}/mcp/auth/verify?${new URLSearchParams({ token })}`,
      },
    },
    limits: {
      ...defaultRules.limits,
      // Requests without a valid credential, by IP address.
      public: perMinute(60),
      freeMinute: perMinute(10),
      freeDay: perDay(100),
      starterMinute: perMinute(50),
      starterDay: perDay(1_000),
      professionalMinute: perMinute(200),
      professionalDay: perDay(10_000),
      enterpriseMinute: perMinute(1_000),
    },
  }
}

export const permissions = ['read', 'write', 'admin'] as const

/** @returns the maximum number of active API keys of an account, null for no limit */
export function maxApiKeys(plan: Plan): number | null {
  return plan === 'free' ? 5 : null
}

export const apiKeyFormat: ApiKeyFormat = {
  prefix: 'bcp_',
  bytes: 24,
  preview: (key) => `${key.slice(0, 12)}...${key.slice(-4)}`,
}
