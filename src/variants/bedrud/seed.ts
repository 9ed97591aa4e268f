import { newUser } from '../../core/accounts.ts'
import { attemptData } from '../../core/oauth.ts'
import { challengeRow } from '../../core/passkeys.ts'
import { hashPassword } from '../../core/passwords.ts'
import type { Core } from '../../core/ports.ts'
import { hashOf } from '../../core/secrets.ts'
import { type Change, insert } from '../../core/store.ts'
import type { Passkey, User } from '../../core/tables.ts'
import type { Seed, SeededToken, SeededUser } from '../variant.ts'
import { invitationIn, invitationPurpose } from './admission.ts'
import { atGoogle } from './development.ts'
import { realm } from './rules.ts'

/** When the story of the examples takes place. */
const then = Date.parse('2026-03-02T09:00:00.000Z')

type Person = Pick<User, 'id' | 'name' | 'status' | 'picture' | 'provider'> & {
  email: string
  password: string | null
  isVerified: boolean
  note: string
}

const mary: Person = {
  id: '3f6c1c0e-7d5b-4a58-8f0a-2b9d4e6a1c37',
  name: 'Mary Major',
  email: 'mary.major@example.com',
  password: 'harbour lights at nine',
  status: 'active',
  picture: 'https://cdn.example.com/avatars/mary-major.png',
  provider: 'email',
  isVerified: false,
  note: 'Has a picture, and no passkey yet.',
}
const ada: Person = {
  id: '8d3b0a52-6a0e-4b43-9f2e-0f6a1c7e52d1',
  name: 'Ada Byron',
  email: 'ada@example.org',
  password: 'correct horse battery',
  status: 'active',
  picture: null,
  provider: 'email',
  isVerified: false,
  note: 'Has two passkeys, one of which has a copy that is behind.',
}
const lin: Person = {
  id: 'b7e4d9f1-23c6-4d0b-a1f8-5c9e7a3b6d20',
  name: atGoogle.lin.name,
  email: atGoogle.lin.email,
  password: null,
  status: 'active',
  picture: atGoogle.lin.picture,
  provider: 'google',
  isVerified: true,
  note: 'Came by Google, and has no password.',
}
const erin: Person = {
  id: 'c05a8e6d-9b1f-4e72-b3d4-7f2a6c8e1b95',
  name: 'Erin Stone',
  email: 'erin@example.net',
  password: 'closed-since-march',
  status: 'disabled',
  picture: null,
  provider: 'email',
  isVerified: false,
  note: 'Deactivated by the operator. Has a passkey.',
}
const people = [mary, ada, lin, erin]

/** Not there yet: an examples' sign-up by passkey that has begun. */
const sam = {
  id: 'e2c8f5b4-6a9d-4b13-8e7c-0d1f3a5b7c96',
  name: 'Sam Okafor',
  email: 'sam@example.com',
}

const passkeys: Pick<Passkey, 'userId' | 'credentialId' | 'counter' | 'publicKey'>[] = [
  {
    userId: ada.id,
    credentialId: 'MlxhLyati0Nd83im9CoD-w',
    counter: 0,
    publicKey:
      'pQECAyYgASFYIAjjaKR9VxTdUw0Tj0TkQhltIPkbwQaZY-shGxfYaYrXIlggdLOIQYBtN4maQMZrUIehkPY7geIRirvI8ikiICaN-O4',
  },
  {
    userId: ada.id,
    credentialId: 'knxqR5tWCPFXl6Duq319iw',
    counter: 41,
    publicKey:
      'pQECAyYgASFYID9gQDY4H_XOe59FN3dNxZ86sCYiUiZHUXmlQThLdhz5IlggLXcSEJd53E1Yum55nFuMAwshcmesi1utZNnczXHRN-A',
  },
  {
    userId: erin.id,
    credentialId: 'BAhPJY5eJB-rYosPXVh9xg',
    counter: 0,
    publicKey:
      'pQECAyYgASFYINU43AgsJTvYUK_KTeRH7fpwxbttZnahFNF5ZMw5xIWlIlggHhZQBTEa0FSoOqE-kA_Rbtt0uN-vE7j2ugO6uYYyfrs',
  },
]

const invitation = 'inv_example-5d21c7'
const oauthState = 'CZSvt-vMb_sBh42VogQeJrEo-8NTstr_YbpBMP_w_wdJAgOscYmMINWGuQLmXrrRFTKN6h-jobtp0rEK4caq3A'
/** What the browser that started it has in its session cookie. */
const oauthBinding = 'hVXfxZyJ_dXmo3nWYPzkBFH5UoYrGRGq'

/** The people, passkeys and tokens of the examples. What must not be over yet is counted from now. */
export async function seed(core: Core): Promise<Seed> {
  return {
    changes: [
      ...(await Promise.all(people.map((person) => personsRow(core, person)))),
      insert('identities', {
        realm,
        provider: 'google',
        subject: atGoogle.lin.subject,
        userId: lin.id,
        createdAt: then,
      }),
      ...passkeys.map((passkey, index) =>
        // In this order, which is that of the lists in the examples.
        insert('passkeys', { ...passkey, name: 'Passkey', createdAt: then + index }),
      ),
      ...pendingChallenges(core),
      oneTimeToken(core, { token: oauthState, purpose: 'oauth', seconds: 600, data: oauthAttempt }),
      oneTimeToken(core, { token: invitation, purpose: invitationPurpose, seconds: 30 * 24 * 3600 }),
    ],
    users: people.map(seededUser),
    apiKeys: [],
    tokens: seededTokens,
  }
}

async function personsRow(core: Core, person: Person): Promise<Change> {
  const { id, name, email, password, status, picture, provider, isVerified } = person
  return insert(
    'users',
    newUser(core, {
      id,
      realm,
      email,
      name,
      status,
      picture,
      provider,
      emailVerifiedAt: isVerified ? then : null,
      passwordHash: password === null ? null : await hashPassword(core, password),
      createdAt: then,
      updatedAt: then,
    }),
  )
}

/** Challenges that the examples answer. Not bound to a browser, as no answer of theirs has a cookie. */
const pendingChallenges = (core: Core): Change[] =>
  [
    challengeRow(core, 'uLn0XP_8buckwBm2EBA62fo-T2UXLooflfNEKvZN02M', {
      ceremony: 'passkeyRegistration',
      realm,
      userId: mary.id,
    }),
    challengeRow(core, 'YNE3VkpTzbfCfXR0nszVFOkLvD5TBnfqgYMELtCL0o4', {
      ceremony: 'passkeySignIn',
      realm,
      data: { allowed: [] },
    }),
    challengeRow(core, 'YvadVHVGZRAZmfA_z6t5kifwEvDg1rqgDO6NsEfj9Nw', {
      ceremony: 'passkeySignUp',
      realm,
      data: { newcomer: sam, remember: { invitation: invitationIn(null) } },
    }),
  ].map((row) => insert('oneTimeTokens', row))

const oauthAttempt = attemptData({
  provider: 'google',
  redirectUri: 'http://localhost:8090/api/auth/google/callback',
  landing: null,
  binding: oauthBinding,
})

const oneTimeToken = (
  { now }: Core,
  {
    token,
    purpose,
    seconds,
    data = {},
  }: { token: string; purpose: string; seconds: number; data?: Record<string, unknown> },
): Change =>
  insert('oneTimeTokens', {
    tokenHash: hashOf(token),
    purpose,
    realm,
    userId: null,
    email: null,
    data,
    createdAt: now(),
    expiresAt: now() + seconds * 1000,
  })

const seededUser = ({ id, email, password, name, status, isVerified, note }: Person): SeededUser => ({
  id,
  email,
  password,
  name,
  role: 'user',
  plan: null,
  status,
  emailVerified: isVerified,
  totpSecret: null,
  note,
})

const seededTokens: SeededToken[] = [
  {
    purpose: 'invitation',
    token: invitation,
    userId: null,
    state: 'active',
    note: 'for a sign-up while registration is closed',
  },
  {
    purpose: 'oauthState',
    token: oauthState,
    userId: null,
    state: 'active',
    note: 'example ok of finishOAuth',
  },
]
