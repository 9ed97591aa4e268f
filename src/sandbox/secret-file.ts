import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { moveToFreePath } from '../common/atomic-file.ts'
import { makeFolder } from '../common/make-folder.ts'
import { UserError } from '../common/user-error.ts'

/**
 * Returns the secret in a file next to the database, so that tokens survive a restart. Only for
 * development: in production, secrets come from the environment.
 * @param file created if missing, with mode 0600
 * @throws {UserError} when the file is empty
 * @throws {NodeJS.ErrnoException} when the file cannot be read or created
 */
export async function loadOrCreateSecret(file: string): Promise<string> {
  return (await readSecret(file)) ?? (await createSecret(file))
}

/** Creates the file. If another process has created it meanwhile, returns the secret of that process. */
async function createSecret(file: string): Promise<string> {
  makeFolder(dirname(file), 0o700)
  const draft = `${file}-${randomBytes(8).toString('hex')}`
  const secret = randomBytes(32).toString('base64url')
  try {
    await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true })
    await moveToFreePath(draft, file)
    return secret
  } catch (error) {
    const existing = codeOf(error) === 'EEXIST' ? await readSecret(file) : undefined
    if (existing === undefined) throw error
    return existing
  } finally {
    await rm(draft, { force: true })
  }
}

/** @returns undefined if there is no file */
async function readSecret(file: string): Promise<string | undefined> {
  // On a file system without hard links, the file is empty until the process that creates it has written it.
  for (let attempt = 0; attempt < 20; attempt++) {
    const text = await readFile(file, 'utf8').catch((error) => {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    })
    const secret = text?.trim()
    if (secret !== '') return secret
    await setTimeout(50)
  }
  throw new UserError(`${file} is empty. Delete it, and the next start creates a new secret.`)
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code
