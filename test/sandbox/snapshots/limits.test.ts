import { expect, it } from 'vitest'
import { createSnapshots } from '../../../src/sandbox/snapshots/snapshots.ts'
import { createMemorySnapshots } from '../../../src/sandbox/snapshots/storage.ts'

async function* files(...contents: Uint8Array[]) {
  for (const content of contents) yield { key: 'avatars/one/one.png', content }
}
async function* noRows() {}
const state = { offsetSeconds: 0, settings: {} }

it('rejects a snapshot that is too large, and keeps the earlier one', async () => {
  const snapshots = createSnapshots('bkend', createMemorySnapshots(), { maxMiB: 1 })
  await snapshots.save('one', { state, rows: noRows(), files: files(new Uint8Array(10)) })
  await expect(
    snapshots.save('one', { state, rows: noRows(), files: files(new Uint8Array(1024 * 1024)) }),
  ).rejects.toThrow('The sandbox has more than 1 MiB of data, too much for a snapshot')
  expect((await snapshots.load('one')).files).toMatchObject([{ content: new Uint8Array(10) }])
})
