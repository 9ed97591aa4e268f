import { defaultRules, type Rules } from '../../core/rules.ts'
import type { Site } from '../variant.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Every environment of every project has users of its own. */
export function realmOf(projectId: string, environment: string): string {
  return `${projectId}/${environment}`
}
export function placeOf(realm: string) {
  const [projectId = '', environment = ''] = realm.split('/')
  return { projectId, environment }
}

export const roles = ['user', 'admin'] as const

/** Of an avatar, in bytes. The documents name none; one of the vendor's clients stops here. */
export const maxAvatarBytes = 5 * 1024 * 1024
export const uploadSeconds = 15 * minute

export function rules({ webUrl }: Site): Rules {
  return {
    ...defaultRules,
    password: { ...defaultRules.password, mustDiffer: true, changeEndsOwnSession: true },
    // A refresh token that comes back after the race ends every session of its user.
    session: { ...defaultRules.session, onReuse: 'allSessions' },
    accessToken: {
      seconds: hour,
      issuer: 'bkend',
      audience: 'bkend',
      claims: ({ role, realm }) => ({ role, ...placeOf(realm) }),
    },
    verification: { tokenSeconds: day, supersedes: true, singleUse: true, revealsVerified: true },
    passwordReset: { tokenSeconds: day },
    mail: {
      ...defaultRules.mail,
      overLimit: 'refuse',
      links: {
        // Without a page of the app the mail shows the token itself.
        verifyEmail: ({ token, email, callbackUrl }) =>
          callbackUrl === null ? null : withQuery(callbackUrl, { token, email }),
        resetPassword: ({ token, email }) => withQuery(`${webUrl}/reset`, { email, token }),
      },
    },
    limits: {
      signUp: { max: 3, windowSeconds: hour },
      refresh: { max: 10, windowSeconds: minute },
      // What the server remembers for whoever asks: sign-ins that began, here of one client address, and uploads of one user.
      startOAuth: { max: 30, windowSeconds: minute },
      uploads: { max: 20, windowSeconds: hour },
      failuresByAddress: { max: 5, windowSeconds: 15 * minute },
      failuresByAccount: { max: 5, windowSeconds: 15 * minute },
      mailPause: { max: 1, windowSeconds: minute },
      mailsByRecipient: { max: 5, windowSeconds: hour },
      mailsInTotal: { max: 1000, windowSeconds: hour },
      // What the vendor's plans limit: all calls, here of one client address.
      requests: { max: 600, windowSeconds: minute },
    },
  }
}

/** An address with further members in its query; those that it has stay. */
export function withQuery(address: string, members: Record<string, string>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(members)) url.searchParams.set(name, value)
  return url.href
}
