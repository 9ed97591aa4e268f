import { accessSync, constants, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeFsReason } from '../common/fs-error.ts'
import { makeFolder } from '../common/make-folder.ts'
import { UserError } from '../common/user-error.ts'
import { acquireProcessLock } from '../storage/sqlite/process-lock.ts'

/**
 * Creates the folder of the databases. A new one ignores itself in Git, because it holds secrets and is often
 * inside a repository.
 * @throws {NodeJS.ErrnoException} when the folder cannot be created
 */
export function createDataFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(folder, 0o700)
  writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx', mode: 0o600 })
}

/**
 * Locks database files for one development server. A reset by another server would delete the data of this
 * one. The locks end with the process.
 * @param folder the folder of the files, for messages
 * @param holder names this server to others, such as its URL
 * @returns a function that releases the locks
 * @throws {UserError} when another development server uses a file, or a file cannot be used
 */
export function lockData(folder: string, files: readonly string[], holder: string): () => void {
  const releases: (() => void)[] = []
  const releaseAll = () => {
    for (const release of releases.splice(0)) release()
  }
  let place = folder
  try {
    createDataFolder(folder)
    for (const file of files) {
      place = file
      if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK)
      place = folder
      const lock = acquireProcessLock(`${file}-lock`, `process ${process.pid}, ${holder}`)
      if (!lock.release)
        throw new UserError(
          `The data in ${folder} is in use by another server (${lock.holder}). Stop it, or pass --data <other folder> or --memory.`,
        )
      releases.push(lock.release)
    }
    return releaseAll
  } catch (error) {
    releaseAll()
    const reason = describeFsReason(error) ?? describeFsReason((error as Error).cause)
    if (reason === undefined) throw error
    throw new UserError(
      `Data cannot be stored in ${place}: ${reason}. Pass --data <folder> for another folder, or --memory to keep nothing.`,
      { cause: error },
    )
  }
}
