import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileContents } from './templates.ts'

/**
 * Writes files, then runs a task. If something fails, restores the files and removes the new folders.
 * @param files contents by path below `root`
 * @returns the result of the task
 */
export async function writeOrUndo<Result>(
  root: string,
  files: FileContents,
  task: () => Promise<Result>,
): Promise<Result> {
  const created: string[] = []
  const replaced: FileContents = new Map()
  try {
    for (const [path, text] of files) {
      const file = join(root, path)
      if (existsSync(file)) replaced.set(file, await readFile(file, 'utf8'))
      else created.push((await mkdir(dirname(file), { recursive: true })) ?? file)
      await writeFile(file, text)
    }
    return await task()
  } catch (error) {
    for (const path of created) await rm(path, { recursive: true, force: true })
    for (const [file, text] of replaced) await writeFile(file, text)
    throw error
  }
}
