import { newUser } from '../../../core/accounts.ts'
import { oauthStateData } from '../../../core/oauth.ts'
import { challengeRow } from '../../../core/passkeys.ts'
import { hashPassword } from '../../../core/passwords.ts'
import type { Core } from '../../../core/ports.ts'
import { hashOf } from '../../../core/secrets.ts'
import { type Change, insert } from '../../../core/store.ts'
import type { SandboxData, Seed, SeededToken, SeededUser } from '../../sandbox-data.ts'
import { invitationHash, invitationPurpose } from '../invitations.ts'
import { realm } from '../rules.ts'
import {
  invitation,
  lin,
  mary,
  oauthState,
  type Person,
  passkeys,
  people,
  sam,
  storyStart,
} from './people.ts'
import { atGoogle } from './provider-accounts.ts'

export const sandboxData: SandboxData = {
  seed,
  accounts: [atGoogle.lin, atGoogle.mary],
  codes: { google: { 'example-code-for-lin': atGoogle.lin } },
}

/** The users, passkeys and tokens of the examples. Expiry times count from now. */
async function seed(core: Core): Promise<Seed> {
  return {
    changes: [
      ...(await Promise.all(people.map((person) => userRow(core, person)))),
      insert('identities', {
        realm,
        provider: 'google',
        subject: atGoogle.lin.subject,
        userId: lin.id,
        createdAt: storyStart,
      }),
      ...passkeys.map((passkey, index) =>
        // The examples list passkeys by creation time.
        insert('passkeys', { ...passkey, name: 'Passkey', createdAt: storyStart + index }),
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

async function userRow(core: Core, person: Person): Promise<Change> {
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
      emailVerifiedAt: isVerified ? storyStart : null,
      passwordHash: password === null ? null : await hashPassword(core, password),
      createdAt: storyStart,
      updatedAt: storyStart,
    }),
  )
}

/** The challenges of the `finish` examples. Not bound to a browser, as these examples have no cookie. */
function pendingChallenges(core: Core): Change[] {
  return [
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
      data: { pendingUser: sam, context: { invitation: invitationHash(null) } },
    }),
  ].map((row) => insert('oneTimeTokens', row))
}

/** Unlike a real attempt, not bound to a browser: the examples cannot contain its cookie. */
const oauthAttempt = oauthStateData({
  provider: 'google',
  redirectUri: 'http://localhost:8090/api/auth/google/callback',
  redirectTo: null,
  browserNonce: null,
})

function oneTimeToken(
  { now }: Core,
  {
    token,
    purpose,
    seconds,
    data = {},
  }: { token: string; purpose: string; seconds: number; data?: Record<string, unknown> },
): Change {
  return insert('oneTimeTokens', {
    tokenHash: hashOf(token),
    purpose,
    realm,
    userId: null,
    email: null,
    data,
    createdAt: now(),
    expiresAt: now() + seconds * 1000,
  })
}

function seededUser({ id, email, password, name, status, isVerified, note }: Person): SeededUser {
  return {
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
  }
}

const seededTokens: SeededToken[] = [
  {
    purpose: 'invitation',
    token: invitation,
    userId: null,
    state: 'active',
    note: 'creates one account while registration is closed or by invitation only',
  },
  {
    purpose: 'oauthState',
    token: oauthState,
    userId: null,
    state: 'active',
    note: 'example ok of finishOAuth',
  },
]
