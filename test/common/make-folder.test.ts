import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makeFolder } from '../../src/common/make-folder.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'make-folder-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

it('creates the missing folders of a path', () => {
  const path = join(temporaryFolder(), 'one', 'two', 'three')
  makeFolder(path)
  expect(statSync(path).isDirectory()).toBe(true)
})

it.skipIf(process.platform === 'win32')('applies the mode to all new folders', () => {
  const path = join(temporaryFolder(), 'one', 'two')
  makeFolder(path, 0o700)
  expect([path, join(path, '..')].map((folder) => statSync(folder).mode & 0o777)).toEqual([0o700, 0o700])
})

it('leaves an existing folder unchanged', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), 'text')
  makeFolder(folder)
  expect(statSync(join(folder, 'file')).size).toBe(4)
})

it.each([
  ['exists at the path of the folder', ['file'], 'EEXIST'],
  ['exists at the path of a parent', ['file', 'one', 'two'], 'ENOTDIR'],
])('throws when a file %s', (_where, path, code) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  expect(() => makeFolder(join(folder, ...path))).toThrow(expect.objectContaining({ code }))
})

it.runIf(process.platform === 'linux')('throws when the file system does not support new folders', () => {
  expect(() => makeFolder('/proc/x/y')).toThrow(expect.objectContaining({ code: 'ENOENT', path: '/proc/x' }))
})
