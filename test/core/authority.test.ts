import { describe, expect, it } from 'vitest'
import { updateProfile } from '../../src/core/accounts.ts'
import { createApiKey, revokeApiKey } from '../../src/core/api-keys.ts'
import {
  type Authority,
  apiKeyAuthority,
  memberAuthority,
  sessionAuthority,
} from '../../src/core/authority.ts'
import type { AuthErrorCode } from '../../src/core/errors.ts'
import type { Files } from '../../src/core/files.ts'
import { inviteMember } from '../../src/core/invitations.ts'
import { createProject, signUpWithOrganization } from '../../src/core/organizations.ts'
import { startPasskeyRegistration } from '../../src/core/passkeys.ts'
import { changePassword } from '../../src/core/password-change.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { remove, update } from '../../src/core/store.ts'
import type { SessionWithUser } from '../../src/core/tables.ts'
import { createUploadUrl } from '../../src/core/uploads.ts'
import { createWorkOrder, moveWorkOrder, submitFeedback } from '../../src/variants/openfactory/work-orders.ts'
import { ada, outcomeOf, requestMeta, type TestCore, testCore } from './core.ts'

const keyInput = {
  realm: '',
  name: 'CI',
  scopes: [],
  knownScopes: [],
  format: { prefix: 'key_', bytes: 24, preview: (key: string) => key.slice(0, 8) },
  requestMeta,
}
const relyingParty = { rpId: 'localhost', rpName: 'Test', allowsOrigin: () => true }

async function setUp() {
  const core = testCore()
  const { user, issued, organization } = await signUpWithOrganization(core, {
    ...ada,
    organizationName: 'Engines',
  })
  const session = await authenticate(core, { token: issued?.accessToken ?? '' })
  const organizationId = organization.id
  const { apiKey } = await createApiKey(core, { ...keyInput, userId: user.id, organizationId, authority: [] })
  const project = await createProject(core, { organizationId, name: 'Engine', authority: [] })
  const workOrder = await createWorkOrder(core, { projectId: project.id, title: 'Carry', authority: [] })
  return { core, user, session, organizationId, apiKey, project, workOrder }
}
type Scene = Awaited<ReturnType<typeof setUp>>

const files = { uploadUrl: async () => 'https://files.example/upload' } as unknown as Files

const writes: [string, (scene: Scene, authority: Authority) => Promise<unknown>][] = [
  [
    'creating an API key',
    ({ core, user }, authority) => createApiKey(core, { ...keyInput, userId: user.id, authority }),
  ],
  [
    'revoking an API key',
    ({ core, user, apiKey: { id } }, authority) =>
      revokeApiKey(core, { id, owner: {}, realm: '', userId: user.id, authority, requestMeta }),
  ],
  [
    'changing a profile',
    ({ core, user }, authority) =>
      updateProfile(core, { realm: '', userId: user.id, set: { name: 'Eve' }, authority, requestMeta }),
  ],
  [
    'creating an upload',
    ({ core, user }, authority) =>
      createUploadUrl(core, files, { user, contentType: 'image/png', maxBytes: 1, seconds: 60, authority }),
  ],
  [
    'starting a passkey registration',
    ({ core, user }, authority) => startPasskeyRegistration(core, relyingParty, { user, authority }),
  ],
  [
    'creating a project',
    ({ core, organizationId }, authority) => createProject(core, { organizationId, name: 'Trap', authority }),
  ],
  [
    'inviting a member',
    ({ core, organizationId, user }, authority) =>
      inviteMember(core, {
        organizationId,
        realm: '',
        email: 'accomplice@example.net',
        role: 'admin',
        invitedBy: user.id,
        authority,
        requestMeta,
      }),
  ],
  [
    'creating a work order',
    ({ core, project }, authority) =>
      createWorkOrder(core, { projectId: project.id, title: 'Trap', authority }),
  ],
  [
    'moving a work order',
    ({ core, project, workOrder: { id } }, authority) =>
      moveWorkOrder(core, { projectId: project.id, id, status: 'ready', authority }),
  ],
  [
    'submitting feedback',
    ({ core, project, apiKey }, authority) =>
      submitFeedback(core, { projectId: project.id, apiKeyId: apiKey.id, data: {}, authority }),
  ],
]

const losses: [string, AuthErrorCode, (scene: Scene) => Authority, (scene: Scene) => Promise<unknown>][] = [
  [
    'the session has ended',
    'invalidToken',
    ({ session }) => sessionAuthority(session),
    ({ core, session }) => core.store.write([remove('sessions', { id: session.id })]),
  ],
  [
    'the API key was revoked',
    'revokedApiKey',
    ({ apiKey }) => apiKeyAuthority(apiKey),
    ({ core, apiKey }) => core.store.write([update('apiKeys', { id: apiKey.id }, { revokedAt: 1 })]),
  ],
  [
    'the user has left the organization',
    'notMember',
    ({ organizationId, user }) => memberAuthority({ organizationId, userId: user.id }),
    ({ core, user }) => core.store.write([remove('memberships', { userId: user.id })]),
  ],
  [
    'the user is no admin any more',
    'notMember',
    ({ organizationId, user }) => memberAuthority({ organizationId, userId: user.id, role: 'admin' }),
    ({ core, user }) => core.store.write([update('memberships', { userId: user.id }, { role: 'member' })]),
  ],
]

describe.each(writes)('%s', (_, write) => {
  it.each(losses)('O07 writes nothing if %s since the request was authenticated', async (...loss) => {
    const [, code, authorityOf, lose] = loss
    const scene = await setUp()
    const authority = authorityOf(scene)
    await lose(scene)
    const before = await dump(scene.core)
    expect(await outcomeOf(write(scene, authority))).toBe(code)
    expect(await dump(scene.core)).toEqual(before)
  })

  it('succeeds while the session exists', async () => {
    const scene = await setUp()
    expect(await outcomeOf(write(scene, sessionAuthority(scene.session)))).toBe('succeeded')
  })
})

it('O07 changes no password on behalf of a session that has ended', async () => {
  const { core, session } = await setUp()
  await core.store.write([remove('sessions', { id: session.id })])
  const attempt = (sessionWithUser: SessionWithUser) =>
    changePassword(core, {
      sessionWithUser,
      currentPassword: ada.password,
      newPassword: 'a-new-horse-battery',
      requestMeta,
    })
  expect(await outcomeOf(attempt(session))).toBe('invalidToken')
})

async function dump({ store }: TestCore) {
  const rows: unknown[] = []
  for await (const row of store.snapshot()) rows.push(row)
  return rows
}
