import type { ApiKey, User } from '../../../core/tables.ts'
import type { SeededApiKey } from '../../sandbox-data.ts'
import { exampleUsers } from '../example-users.ts'
import { apiKeyFormat, scopes } from '../rules.ts'
import type { WorkOrder } from '../tables.ts'
import { atGitHub } from './provider-accounts.ts'

const at = (text: string) => Date.parse(text)

export const analyticalEngines = 'c33f923d-2d12-4f27-b0f6-0920c5703782'
const marysOrganization = 'c3df8d52-ecf2-4cf2-8197-444f1b196584'
const differenceEngine = '1ed055ef-0425-49e4-9b8a-15070cd6f91c'
const celestialMechanics = '616aa782-48ef-4455-b9e2-5eb4796e0bfb'

export interface Member extends Pick<User, 'id' | 'name'> {
  email: string
  password: string | null
  organizationId: string
  role: 'member' | 'admin'
  since: number
  isVerified: boolean
  provider: string
  picture: string | null
  note: string
}

export const ada: Member = {
  id: exampleUsers.ada,
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  password: 'correct-horse-9',
  organizationId: analyticalEngines,
  role: 'admin',
  since: at('2026-01-02T09:00:00.000Z'),
  isVerified: false,
  provider: 'email',
  picture: null,
  note: 'Admin of Analytical Engines. Her email was never verified.',
}
export const charles: Member = {
  id: exampleUsers.charles,
  name: 'Charles Babbage',
  email: 'charles@example.org',
  password: 'difference-no-2',
  organizationId: analyticalEngines,
  role: 'member',
  since: at('2026-01-02T10:00:00.000Z'),
  isVerified: true,
  provider: 'email',
  picture: atGitHub.charles.picture,
  note: 'Member of Analytical Engines. Also signs in through GitHub.',
}
export const mary: Member = {
  id: exampleUsers.mary,
  name: 'Mary Somerville',
  email: 'mary@example.org',
  password: null,
  organizationId: marysOrganization,
  role: 'admin',
  since: at('2026-01-08T09:00:00.000Z'),
  isVerified: true,
  provider: 'google',
  picture: null,
  note: 'Signs in through Google. Admin of another organization, which the others cannot access.',
}
export const luigi: Member = {
  id: exampleUsers.luigi,
  name: 'Luigi Menabrea',
  email: 'luigi@example.org',
  password: null,
  organizationId: analyticalEngines,
  role: 'member',
  since: at('2026-02-01T09:00:00.000Z'),
  isVerified: false,
  provider: 'email',
  picture: null,
  note: 'Member of Analytical Engines. The operator has imported the account without a password. Has a reset email to set one.',
}
export const members = [ada, charles, mary, luigi]

export const organizations = [
  { id: analyticalEngines, name: 'Analytical Engines', createdAt: ada.since },
  { id: marysOrganization, name: "Mary Somerville's Organization", createdAt: mary.since },
]
export const projects = [
  { id: differenceEngine, organizationId: analyticalEngines, name: 'Difference Engine' },
  { id: celestialMechanics, organizationId: marysOrganization, name: 'Celestial Mechanics' },
]

export const workOrders: WorkOrder[] = [
  {
    id: '0d43ae46-806c-4c82-aa2b-35ca8cd36f85',
    projectId: differenceEngine,
    title: 'Carry mechanism',
    status: 'ready',
    phase: null,
    feature: null,
    assignees: [],
    deliverableType: 'feature',
    sortOrder: 0,
    createdAt: at('2026-01-12T10:00:00.000Z'),
    updatedAt: at('2026-01-12T10:00:00.000Z'),
  },
  {
    id: 'f2459836-8b02-4b74-b0d7-f023254af52e',
    projectId: differenceEngine,
    title: 'Printing apparatus',
    status: 'in_progress',
    phase: { id: 'f98ed253-50af-470e-b3e9-cb9288bd05c4', name: 'Output' },
    feature: { id: '57b46301-cf92-4787-a4fa-ac780998e640', name: 'Stereotype plates' },
    assignees: [charles, ada].map(({ id, name, picture }) => ({ id, name, avatarUrl: picture })),
    deliverableType: null,
    sortOrder: 1,
    createdAt: at('2026-01-13T10:00:00.000Z'),
    updatedAt: at('2026-01-30T16:20:00.000Z'),
  },
]

const keyBeginningWith = (digits: string) => `${apiKeyFormat.prefix}${digits}${'fa4e'.repeat(10)}`

export const apiKeys: (Pick<ApiKey, 'id' | 'name' | 'scopes' | 'createdAt'> &
  Partial<Pick<ApiKey, 'projectId' | 'lastUsedAt' | 'expiresAt' | 'revokedAt'>> &
  Pick<SeededApiKey, 'key' | 'state' | 'note'>)[] = [
  {
    id: '8cf6df87-6533-41d4-a123-f9f66bd35412',
    name: 'Delivery pipeline',
    key: keyBeginningWith('9f31c0de'),
    state: 'active',
    scopes: [...scopes],
    createdAt: at('2026-01-26T09:00:00.000Z'),
    lastUsedAt: at('2026-02-02T11:58:30.000Z'),
    note: 'Has all scopes, in all projects of Analytical Engines.',
  },
  {
    id: '15e95a66-94fb-42f8-9fbd-2469af01f19f',
    name: 'Feedback widget',
    key: keyBeginningWith('feedbac4'),
    state: 'active',
    scopes: ['validator:write'],
    projectId: differenceEngine,
    createdAt: at('2026-01-20T09:00:00.000Z'),
    expiresAt: at('2099-01-01T00:00:00.000Z'),
    note: 'Can only submit feedback, and only to Difference Engine.',
  },
  {
    id: '506f5e99-dc82-4dbd-93ca-2f55d5988fe9',
    name: 'Trial',
    key: keyBeginningWith('7a1a17a1'),
    state: 'expired',
    scopes: ['mcp:read'],
    createdAt: at('2026-01-05T09:00:00.000Z'),
    lastUsedAt: at('2026-01-06T15:30:00.000Z'),
    expiresAt: at('2026-01-19T00:00:00.000Z'),
    note: 'Expired on 19 January 2026, but still in the list.',
  },
  {
    id: 'cf69a131-2c10-4693-b23a-0cdff8cd3268',
    name: 'Prototype',
    key: keyBeginningWith('de1e7ed0'),
    state: 'revoked',
    scopes: ['mcp:read'],
    createdAt: at('2026-01-03T09:00:00.000Z'),
    revokedAt: at('2026-01-04T09:00:00.000Z'),
    note: 'Deleted, so not in the list.',
  },
]

export const sessions = [
  {
    id: '2a1f6a3c-2f5e-4d0e-9b1a-6f1d0c8f7a01',
    user: ada,
    token: 'ada0'.repeat(16),
    note: 'example ok of signIn; the token of the reference',
  },
  {
    id: '2a1f6a3c-2f5e-4d0e-9b1a-6f1d0c8f7a02',
    user: charles,
    token: 'cabb'.repeat(16),
    note: 'example withAvatar of signIn',
  },
  {
    id: '2a1f6a3c-2f5e-4d0e-9b1a-6f1d0c8f7a03',
    user: mary,
    token: '3a29'.repeat(16),
    note: 'example google of finishOAuth',
  },
]

export const resetToken = 'beef'.repeat(16)

/** One OAuth state for each example of `finishOAuth`. */
export const oauthStates = [
  { state: 'c3RhdGUtb2YtYW4tZXhhbXBsZS1naXRodWI', provider: 'github', example: 'ok' },
  { state: 'c3RhdGUtb2YtYW4tZXhhbXBsZS1nb29nbGU', provider: 'google', example: 'google' },
  { state: 'c3RhdGUtb2YtYW4tZXhhbXBsZS1kZW5pZWQ', provider: 'github', example: 'accessDenied' },
  { state: 'c3RhdGUtb2YtYW4tZXhhbXBsZS1uby1jb2Rl', provider: 'github', example: 'noCode' },
  { state: 'c3RhdGUtb2YtYW4tZXhhbXBsZS1iYWQtY29kZQ', provider: 'github', example: 'invalidCode' },
  { state: 'c3RhdGUtb2YtYW4tZXhhbXBsZS1wcm9maWxl', provider: 'github', example: 'profileUnreadable' },
  { state: 'c3RhdGUtb2YtYW4tZXhhbXBsZS1uby1lbWFpbA', provider: 'github', example: 'emailNotFound' },
  { state: 'c3RhdGUtb2YtYW4tZXhhbXBsZS11bmxpbmtlZA', provider: 'github', example: 'accountNotLinked' },
]

/** Invitations that were mailed to Ada. */
export const invitations = [
  {
    id: '4c1e6f0a-2f0b-4a51-9d0e-5f4b7a3c9e21',
    token: 'cafe'.repeat(16),
    organizationId: marysOrganization,
    role: 'member',
    invitedBy: mary,
    note: 'example ok of acceptInvitation: Mary invites Ada',
  },
  {
    id: '9a7d2b5c-6e3f-4d18-8b0a-1c2d3e4f5a6b',
    token: 'feed'.repeat(16),
    organizationId: analyticalEngines,
    role: 'admin',
    invitedBy: ada,
    note: 'example alreadyMember of acceptInvitation',
  },
]
