import { describe, expect, it } from 'vitest'
import { enqueueMailChange } from '../../src/core/outbox.ts'
import type { Core } from '../../src/core/ports.ts'
import { createSeeding } from '../../src/sandbox/seeding.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { testCore } from '../core/core.ts'
import { fakeData, mina } from '../server/fake.ts'

/** A seed that includes a mail. */
const seedWithMail = async (core: Core) => {
  const seed = await fakeData.seed(core)
  const payload = {
    kind: 'resetPassword',
    to: mina.email,
    name: 'Mina',
    token: 'a-token',
    link: null,
  } as const
  return { ...seed, changes: [...seed.changes, await enqueueMailChange(core, payload, { realm: '' })] }
}

describe('seeding', () => {
  it('seeds an empty store once', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    await createSeeding(fakeData.seed, store).seedIfEmpty(core)
    await createSeeding(fakeData.seed, store).seedIfEmpty(core)
    expect(await store.list('users', {}, { orderBy: 'id' })).toMatchObject([{ id: mina.id }])
  })

  it('succeeds when another process seeds at the same time', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    await Promise.all([1, 2, 3].map(() => createSeeding(fakeData.seed, store).seedIfEmpty(core)))
    expect(await store.count('users', {})).toBe(1)
  })

  it('does not deliver mails of the examples', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    await createSeeding(seedWithMail, store).seedIfEmpty(core)
    expect(await store.count('outbox', {})).toBe(1)
    expect(await core.sentMails()).toEqual([])
  })

  it('hashes a password once for all resets', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    const seeding = createSeeding(fakeData.seed, store)
    await seeding.seedIfEmpty(core)
    await seeding.replaceAll(await seeding.createRows(core))
    await seeding.describe(core)
    expect(core.hashes()).toBe(1)
  })

  it('reports the row that cannot be inserted', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    const seeding = createSeeding(fakeData.seed, store)
    const [row] = await seeding.createRows(core)
    if (!row) throw new Error('The seed has no rows')
    await expect(seeding.replaceAll([row, row])).rejects.toThrow(
      /^Seeding failed: taken at .*user@example\.com/,
    )
  })
})
