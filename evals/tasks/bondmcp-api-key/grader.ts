import assert from 'node:assert/strict'
import { assertOk, assertReason } from '../../harness/assert.ts'
import type { Project } from '../../harness/project.ts'
import type { Grading, Task } from '../../harness/task.ts'

/** Has two keys: one with and one without the permission. */
const mary = ['mary@example.org', 'sunrise-over-water-4'] as const
/** Has as many keys as the plan allows. */
const ada = ['ada@example.org', 'correct-horse-9'] as const
const adasKey = { id: 'key_6Jr2Pz', key: 'bcp_38d5b7f01234123412341234123412341234123412346a92' }
const keyWithoutPermission = 'bcp_c47b20e9aaaa1111bbbb2222cccc3333dddd4444eeeed805'

async function assertCreated(project: Project, name: string, ...args: string[]) {
  const { id = '', key = '' } = await assertOk<{ id?: string; key?: string }>(project, name, ...args)
  assert.ok(id && key.startsWith('bcp_'), `${name}() should return the id and the complete key.`)
  return { id, key }
}

async function statusOf({ send }: Grading, key: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` }
  return (await send('GET', '/mcp/health-ai/models', { headers })).status
}

export const task: Task = {
  title: 'Create an API key for a script',
  language: 'en',
  variant: 'bondmcp',
  checks: {
    async 'creates a key that lists the models'(grading) {
      const { key } = await assertCreated(grading.project, 'createKey', ...mary, 'Nightly export')
      const script = grading.openProject()
      const before = grading.exchanges.length
      const { models = [] } = await assertOk<{ models?: string[] }>(script, 'listModels', key)
      assert.ok(models.includes('gpt-4o'), 'listModels() should return the ids of the models.')
      assert.equal(grading.exchanges.length, before + 1, 'The script should send one request.')
    },

    async 'gives the key no permission that the script does not need'(grading) {
      const { id } = await assertCreated(grading.project, 'createKey', ...mary, 'Nightly export')
      const [created] = grading.requestsOf('createApiKey')
      assert.equal(created?.response.body.id, id, 'createKey() should return the id of the key.')
      const { permissions } = created?.response.body ?? {}
      assert.deepEqual(permissions, ['read'], `The key has the permissions ${permissions}, not only read.`)
    },

    async 'reports why a key cannot be created'({ project }) {
      await assertReason(project, 'wrongCredentials', 'createKey', mary[0], 'sunrise-over-water-5', 'Export')
      await assertReason(project, 'keyLimitReached', 'createKey', ...ada, 'Export')
    },

    async 'reports why a key cannot list the models'({ project, control }) {
      await assertReason(project, 'invalidKey', 'listModels', `bcp_${'0'.repeat(48)}`)
      await assertReason(project, 'missingPermission', 'listModels', keyWithoutPermission)
      await control('settings', { planEntitlements: { free: [] } })
      await assertReason(project, 'planTooSmall', 'listModels', adasKey.key)
    },

    async 'replaces a key'(grading) {
      const old = await assertCreated(grading.project, 'createKey', ...mary, 'Export')
      const fresh = await assertCreated(grading.project, 'replaceKey', ...mary, old.id, 'Export 2')
      assert.equal(await statusOf(grading, fresh.key), 200, 'The new key should work.')
      assert.equal(await statusOf(grading, old.key), 401, 'The old key should not work any longer.')
    },

    async 'keeps the old key when no new one can be created'(grading) {
      await assertReason(grading.project, 'keyLimitReached', 'replaceKey', ...ada, adasKey.id, 'Export 2')
      assert.equal(await statusOf(grading, adasKey.key), 200, 'The old key should still work.')
    },

    async 'keeps the old key when the server fails'(grading) {
      const old = await assertCreated(grading.project, 'createKey', ...mary, 'Export')
      await grading.control('faults', { operationId: 'createApiKey', status: 500 })
      await assertReason(grading.project, 'failed', 'replaceKey', ...mary, old.id, 'Export 2')
      assert.equal(await statusOf(grading, old.key), 200, 'The old key should still work.')
    },

    async 'replaces a key that was deleted before'(grading) {
      const fresh = await assertCreated(grading.project, 'replaceKey', ...mary, 'key_1Bd5Gf', 'Export 2')
      assert.equal(await statusOf(grading, fresh.key), 200, 'The new key should work.')
    },
  },
}
