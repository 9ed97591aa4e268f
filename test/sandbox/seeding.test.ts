import { describe, expect, it } from 'vitest'
import { enqueue } from '../../src/core/outbox.ts'
import type { Core } from '../../src/core/ports.ts'
import { createSeeding } from '../../src/sandbox/seeding.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { testCore } from '../core/core.ts'
import { fakeData, mina } from '../server/fake.ts'

/** A seed with a mail that somebody of the examples is said to have got. */
const mailing = async (core: Core) => {
  const seed = await fakeData.seed(core)
  const letter = {
    kind: 'resetPassword',
    to: mina.email,
    name: 'Mina',
    token: 'a-token',
    link: null,
  } as const
  return { ...seed, changes: [...seed.changes, await enqueue(core, letter, { realm: '' })] }
}

describe('seeding', () => {
  it('fills an empty store, and leaves another one alone', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    await createSeeding(fakeData.seed, store).unlessUsed(core)
    await createSeeding(fakeData.seed, store).unlessUsed(core)
    expect(await store.list('users', {}, { orderBy: 'id' })).toMatchObject([{ id: mina.id }])
  })

  it('comes well through another process that seeds at the same moment', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    await Promise.all([1, 2, 3].map(() => createSeeding(fakeData.seed, store).unlessUsed(core)))
    expect(await store.count('users', {})).toBe(1)
  })

  it('has no mail server send what the examples only tell of', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    await createSeeding(mailing, store).unlessUsed(core)
    expect(await store.count('outbox', {})).toBe(1)
    expect(await core.letters()).toEqual([])
  })

  it('hashes a password once, however often it seeds', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    const seeding = createSeeding(fakeData.seed, store)
    await seeding.unlessUsed(core)
    await seeding.replaceAll(await seeding.fresh(core))
    await seeding.about(core)
    expect(core.hashes()).toBe(1)
  })

  it('says which row does not fit', async () => {
    const store = createMemoryStore()
    const core = testCore({}, store)
    const seeding = createSeeding(fakeData.seed, store)
    const [row] = await seeding.fresh(core)
    if (!row) throw new Error('Nobody is seeded')
    await expect(seeding.replaceAll([row, row])).rejects.toThrow(
      /^The seed does not fit: taken at .*user@example\.com/,
    )
  })
})
