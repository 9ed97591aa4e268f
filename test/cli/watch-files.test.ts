import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { watchFiles } from '../../src/cli/watch-files.ts'
import { temporaryFolder } from './child.ts'

/** Watches a file `a` in a folder of the test, and returns the names of the files that have changed. */
async function watchOne() {
  const folder = await temporaryFolder()
  const file = join(folder, 'a')
  await writeFile(file, '1')
  const seen: string[][] = []
  const watcher = watchFiles(false, async (paths) => void seen.push([...paths]))
  onTestFinished(watcher.close)
  watcher.add(file)
  return { folder, file, seen, watcher }
}

it('sees a file that is written, replaced, deleted, and created again with its folder', async () => {
  const { folder, file, seen } = await watchOne()
  const draft = join(folder, 'draft')
  const changes = [
    () => writeFile(file, '22'),
    () => writeFile(draft, '3').then(() => rename(draft, file)),
    () => rm(folder, { recursive: true }),
    () => mkdir(folder).then(() => writeFile(file, '4')),
  ]
  for (const change of changes) {
    seen.length = 0
    await change()
    await expect.poll(() => seen).toContainEqual([file])
  }
})

it('waits for the end of one change before the next, and for all files that change together', async () => {
  const { folder, file, seen, watcher } = await watchOne()
  const other = join(folder, 'b')
  watcher.add(other)
  await Promise.all([writeFile(file, '22'), writeFile(other, '22')])
  await expect.poll(() => seen.flat()).toEqual(expect.arrayContaining([file, other]))
})

it('prints the error of a change in one sentence, and sees the next one', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => error.mockRestore())
  const file = join(await temporaryFolder(), 'a')
  const watcher = watchFiles(false, () => Promise.reject(new Error('It failed.')))
  onTestFinished(watcher.close)
  watcher.add(file)
  for (const text of ['1', '22']) {
    error.mockClear()
    await writeFile(file, text)
    await expect.poll(() => error.mock.calls).toContainEqual(['error: It failed.'])
  }
})

it('leaves no watcher behind', async () => {
  const count = () => process.getActiveResourcesInfo().filter((name) => name === 'StatWatcher').length
  const before = count()
  const { file, watcher } = await watchOne()
  watcher.add(`${file}2`)
  watcher.retain(new Set([file]))
  watcher.close()
  expect(count()).toBe(before)
})
