import { newUser } from '../../core/accounts.ts'
import { newInvitation } from '../../core/invitations.ts'
import { attemptData } from '../../core/oauth.ts'
import { type ChallengeOf, challengeRow } from '../../core/passkey-challenges.ts'
import { hashPassword } from '../../core/passwords.ts'
import type { Core } from '../../core/ports.ts'
import { hashOf } from '../../core/secrets.ts'
import { type Change, insert } from '../../core/store.ts'
import type { User } from '../../core/tables.ts'
import type { Seed, SeededUser } from '../variant.ts'
import { lin as linAtGoogle } from './development.ts'
import { realm } from './rules.ts'

const at = (text: string) => Date.parse(text)
const day = 24 * 60 * 60_000

interface Person extends Pick<User, 'id' | 'name' | 'picture' | 'provider'> {
  email: string
  password: string | null
  since: number
  verifiedAt: number | null
  isActive: boolean
  note: string
}

const mary: Person = {
  id: '3f6c1c0e-7d5b-4a58-8f0a-2b9d4e6a1c37',
  name: 'Mary Major',
  email: 'mary.major@example.com',
  password: 'harbour lights at nine',
  picture: 'https://cdn.example.com/avatars/mary-major.png',
  provider: 'email',
  since: at('2026-01-12T08:00:00.000Z'),
  verifiedAt: null,
  isActive: true,
  note: 'Has a picture and no passkey yet.',
}
const ada: Person = {
  id: '8d3b0a52-6a0e-4b43-9f2e-0f6a1c7e52d1',
  name: 'Ada Byron',
  email: 'ada@example.org',
  password: 'correct horse battery',
  picture: null,
  provider: 'email',
  since: at('2026-01-19T08:00:00.000Z'),
  verifiedAt: null,
  isActive: true,
  note: 'Two passkeys, one of them cloned. The keys are those of the contract’s examples.',
}
const lin: Person = {
  id: 'b7e4d9f1-23c6-4d0b-a1f8-5c9e7a3b6d20',
  name: 'Lin Chen',
  email: 'lin.chen@example.net',
  password: null,
  picture: linAtGoogle.picture,
  provider: 'google',
  since: at('2026-03-02T09:00:00.000Z'),
  verifiedAt: at('2026-03-02T09:00:00.000Z'),
  isActive: true,
  note: 'Signs in through Google.',
}
const erin: Person = {
  id: 'c05a8e6d-9b1f-4e72-b3d4-7f2a6c8e1b95',
  name: 'Erin Stone',
  email: 'erin@example.net',
  password: 'closed-since-march',
  picture: null,
  provider: 'email',
  since: at('2026-01-26T08:00:00.000Z'),
  verifiedAt: null,
  isActive: false,
  note: 'Deactivated by the operator. One passkey.',
}
const people = [mary, ada, lin, erin]

/** Public keys as COSE, which is the form in which authenticators give them. */
const passkeys = [
  {
    credentialId: 'MlxhLyati0Nd83im9CoD-w',
    user: ada,
    counter: 0,
    publicKey:
      'pQECAyYgASFYIAjjaKR9VxTdUw0Tj0TkQhltIPkbwQaZY-shGxfYaYrXIlggdLOIQYBtN4maQMZrUIehkPY7geIRirvI8ikiICaN-O4',
  },
  {
    credentialId: 'knxqR5tWCPFXl6Duq319iw',
    user: ada,
    counter: 41,
    publicKey:
      'pQECAyYgASFYID9gQDY4H_XOe59FN3dNxZ86sCYiUiZHUXmlQThLdhz5IlggLXcSEJd53E1Yum55nFuMAwshcmesi1utZNnczXHRN-A',
  },
  {
    credentialId: 'BAhPJY5eJB-rYosPXVh9xg',
    user: erin,
    counter: 0,
    publicKey:
      'pQECAyYgASFYINU43AgsJTvYUK_KTeRH7fpwxbttZnahFNF5ZMw5xIWlIlggHhZQBTEa0FSoOqE-kA_Rbtt0uN-vE7j2ugO6uYYyfrs',
  },
]

/** The ceremonies that the examples finish. No cookie comes with them, as with clients that keep none. */
const challenges: { challenge: string; of: ChallengeOf & { data?: Record<string, unknown> } }[] = [
  {
    challenge: 'uLn0XP_8buckwBm2EBA62fo-T2UXLooflfNEKvZN02M',
    of: { ceremony: 'passkeyRegistration', realm, userId: mary.id },
  },
  {
    challenge: 'YNE3VkpTzbfCfXR0nszVFOkLvD5TBnfqgYMELtCL0o4',
    of: { ceremony: 'passkeySignIn', realm, data: { allowed: [] } },
  },
  {
    challenge: 'YvadVHVGZRAZmfA_z6t5kifwEvDg1rqgDO6NsEfj9Nw',
    of: {
      ceremony: 'passkeySignUp',
      realm,
      data: {
        newcomer: {
          id: 'e2c8f5b4-6a9d-4b13-8e7c-0d1f3a5b7c96',
          email: 'sam@example.com',
          name: 'Sam Okafor',
        },
        remember: { inviteToken: null },
      },
    },
  },
]

const oauthState = 'CZSvt-vMb_sBh42VogQeJrEo-8NTstr_YbpBMP_w_wdJAgOscYmMINWGuQLmXrrRFTKN6h-jobtp0rEK4caq3A'
/** The session cookie of the browser in the examples. */
const oauthBinding = 'hVXfxZyJ_dXmo3nWYPzkBFH5UoYrGRGq'
const invitation = 'inv_example-5d21c7'

/**
 * The people and pending attempts of the examples. What must not be over yet is counted from now, and good for a day, since
 * real ones would be over soon.
 */
export async function seed(core: Core): Promise<Seed> {
  return {
    changes: [
      ...(await Promise.all(people.map((person) => usersRow(core, person)))),
      insert('identities', {
        realm,
        provider: 'google',
        subject: linAtGoogle.subject,
        userId: lin.id,
        createdAt: lin.since,
      }),
      ...passkeys.map(({ user, ...known }) =>
        insert('passkeys', { ...known, userId: user.id, name: 'Passkey', createdAt: user.since }),
      ),
      ...challenges.map(({ challenge, of }) =>
        insert('oneTimeTokens', { ...challengeRow(core, challenge, of), expiresAt: core.now() + day }),
      ),
      insert('oneTimeTokens', {
        tokenHash: hashOf(oauthState),
        purpose: 'oauth',
        realm,
        userId: null,
        email: null,
        data: attemptData({
          provider: 'google',
          redirectUri: 'http://localhost:8090/api/auth/google/callback',
          landing: null,
          binding: oauthBinding,
        }),
        createdAt: core.now(),
        expiresAt: core.now() + day,
      }),
      newInvitation(core, { realm, token: invitation, seconds: day / 1000 }),
    ],
    users: people.map(seededUser),
    apiKeys: [],
    tokens: [
      { purpose: 'oauthState', token: oauthState, userId: null, state: 'active' },
      { purpose: 'invitation', token: invitation, userId: null, state: 'active' },
    ],
  }
}

const usersRow = async (core: Core, person: Person): Promise<Change> => {
  const { id, email, name, password, picture, provider, since, verifiedAt, isActive } = person
  return insert(
    'users',
    newUser(core, {
      id,
      realm,
      email,
      name,
      picture,
      provider,
      emailVerifiedAt: verifiedAt,
      passwordHash: password === null ? null : await hashPassword(core, password),
      status: isActive ? 'active' : 'disabled',
      createdAt: since,
      updatedAt: since,
    }),
  )
}

const seededUser = ({ id, email, password, name, verifiedAt, isActive, note }: Person): SeededUser => ({
  id,
  email,
  password,
  name,
  role: 'user',
  plan: null,
  status: isActive ? 'active' : 'disabled',
  emailVerified: verifiedAt !== null,
  totpSecret: null,
  note,
})
