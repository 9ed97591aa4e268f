import { accessTokenOf, type Setup, type Setups } from '../cases.ts'
import { afterSeconds, bearer } from './common.ts'

const key = (digits: string) => bearer(`of-key-${digits}${'fa4e'.repeat(10)}`)
const resetToken = 'beef'.repeat(16)
const otherProject = '616aa782-48ef-4455-b9e2-5eb4796e0bfb'

/** Uses an API key of Ada's organization that is bound to another project. */
const boundKey =
  (...scopes: string[]): Setup =>
  async (sandbox) => {
    const ada = bearer(await accessTokenOf(sandbox, 'ada@example.org')).headers
    const form = { name: 'Bound', scopes, projectId: '1ed055ef-0425-49e4-9b8a-15070cd6f91c' }
    const path = '/api/organizations/c33f923d-2d12-4f27-b0f6-0920c5703782/api-keys'
    const response = await sandbox.call('POST', path, form, ada)
    const created = (await response.json()) as { key: string }
    return { ...bearer(created.key), params: { projectId: otherProject } }
  }

export const openfactory: Setups = {
  rateLimited: async (sandbox, { operationId }) => {
    await sandbox.control('settings', { limits: { [operationId]: { max: 0, windowSeconds: 60 } } })
    return undefined
  },
  invalidToken: async () => bearer('f00d'.repeat(16)),
  expiredToken: afterSeconds('ada@example.org', 30 * 24 * 3600 + 1),
  // An API key that is seeded as expired.
  'createFeedback expiredToken': async () => key('7a1a17a1'),
  'confirmPasswordReset expiredToken': async (sandbox) => {
    await sandbox.control('clock', { advanceSeconds: 24 * 3600 + 1 })
    return undefined
  },
  usedToken: async (sandbox) => {
    const body = { token: resetToken, newPassword: 'sketch-of-the-engine-4' }
    await sandbox.call('POST', '/api/auth/reset-password', body)
    return { body }
  },
  expiredInvitation: async (sandbox) => {
    await sandbox.control('clock', { advanceSeconds: 7 * 24 * 3600 + 1 })
    return undefined
  },
  otherEmail: async (sandbox) => bearer(await accessTokenOf(sandbox, 'charles@example.org')),
  member: async (sandbox) => bearer(await accessTokenOf(sandbox, 'charles@example.org')),
  missingState: async () => ({ query: { state: undefined } }),
  expiredState: async (sandbox) => {
    await sandbox.control('clock', { advanceSeconds: 601 })
    return undefined
  },
  apiKeyRefused: async () => key('9f31c0de'),
  'listWorkOrders missingScope': async () => key('feedbac4'),
  'updateWorkOrder missingScope': async () => key('feedbac4'),
  'createFeedback missingScope': boundKey('mcp:read'),
  'listWorkOrders otherProject': boundKey('mcp:read'),
  'updateWorkOrder otherProject': boundKey('mcp:write'),
  'createFeedback otherProject': boundKey('validator:write'),
  invalidCursor: async () => ({ query: { cursor: 'not-a-cursor' } }),
  adminRequired: async (sandbox) => bearer(await accessTokenOf(sandbox, 'charles@example.org')),
  statusNotForKeys: async () => ({ ...key('9f31c0de'), body: { status: 'backlog' } }),
}
