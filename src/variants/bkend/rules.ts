import { defaultRules, type Rules } from '../../core/rules.ts'
import type { Site } from '../variant.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** The realm of a project environment. Each environment has its own users. */
export function realmOf(projectId: string, environment: string): string {
  return `${projectId}/${environment}`
}

/** The project and the environment of a realm. */
export function scopeOf(realm: string) {
  const [projectId = '', environment = ''] = realm.split('/')
  return { projectId, environment }
}

export const roles = ['user', 'admin'] as const

/** The documents name no limit. One of the vendor's clients has this one. */
export const maxAvatarBytes = 5 * 1024 * 1024
export const uploadSeconds = 15 * minute

export function rules({ webUrl }: Site): Rules {
  return {
    ...defaultRules,
    password: { ...defaultRules.password, mustDiffer: true, changeEndsCurrentSession: true },
    session: { ...defaultRules.session, onReuse: 'allSessions' },
    accessToken: {
      lifetimeSeconds: hour,
      issuer: 'bkend',
      audience: 'bkend',
      claims: ({ role, realm }) => ({ role, ...scopeOf(realm) }),
    },
    verification: { tokenLifetimeSeconds: day, supersedes: true, singleUse: true, revealsVerified: true },
    passwordReset: { tokenLifetimeSeconds: day },
    mail: {
      ...defaultRules.mail,
      overLimit: 'reject',
      links: {
        ...defaultRules.mail.links,
        // Without `callbackUrl` the email shows the token.
        verifyEmail: ({ token, email, callbackUrl }) =>
          callbackUrl === null ? null : withQuery(callbackUrl, { token, email }),
        resetPassword: ({ token, email }) => withQuery(`${webUrl}/reset`, { email, token }),
      },
    },
    limits: {
      // Accounts created from one IP address. Failed sign-ups do not count.
      signUp: { max: 3, windowSeconds: hour },
      signUpConflicts: { max: 5, windowSeconds: hour },
      refresh: { max: 10, windowSeconds: minute },
      // Bound the rows that callers can create: OAuth states per IP address, and uploads per user.
      startOAuth: { max: 30, windowSeconds: minute },
      uploads: { max: 20, windowSeconds: hour },
      failuresByClient: { max: 100, windowSeconds: 15 * minute },
      failuresByAddress: { max: 5, windowSeconds: 15 * minute },
      failuresByAccount: { max: 5, windowSeconds: 15 * minute },
      mailsByClient: { max: 100, windowSeconds: hour },
      mailPause: { max: 1, windowSeconds: minute },
      mailsByRecipient: { max: 5, windowSeconds: hour },
      mailsInTotal: { max: 1000, windowSeconds: hour },
      // All requests from one IP address. The vendor limits them by plan.
      requests: { max: 600, windowSeconds: minute },
    },
  }
}

/** Adds parameters to the query of a URL. Other parameters stay. */
export function withQuery(href: string, parameters: Record<string, string>): string {
  const url = new URL(href)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}
