import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { moveToFreePath } from '../common/atomic-file.ts'
import { makeFolder } from '../common/make-folder.ts'
import { UserError } from '../common/user-error.ts'

/**
 * The secret that is kept next to a database, so that tokens survive a restart. For development; in production, secrets come
 * from the environment.
 * @param file created if missing, readable by its owner alone
 * @throws {UserError} when the file is empty @throws {NodeJS.ErrnoException} when it cannot be read or created
 */
export async function loadOrCreateSecret(file: string): Promise<string> {
  return (await readSecret(file)) ?? (await createSecret(file))
}

/** Of several processes that start at once, the first one's secret stays. */
async function createSecret(file: string): Promise<string> {
  makeFolder(dirname(file), 0o700)
  const draft = `${file}-${randomBytes(8).toString('hex')}`
  const secret = randomBytes(32).toString('base64url')
  try {
    await writeFile(draft, `${secret}\n`, { mode: 0o600, flush: true })
    await moveToFreePath(draft, file)
    return secret
  } catch (error) {
    const other = codeOf(error) === 'EEXIST' ? await readSecret(file) : undefined
    if (other === undefined) throw error
    return other
  } finally {
    await rm(draft, { force: true })
  }
}

/** @returns undefined if there is no file */
async function readSecret(file: string): Promise<string | undefined> {
  // Where there are no hard links, the file is empty until the process that creates it has filled it.
  for (let attempt = 0; attempt < 20; attempt++) {
    const text = await readFile(file, 'utf8').catch((error) => {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    })
    const secret = text?.trim()
    if (secret !== '') return secret
    await setTimeout(50)
  }
  throw new UserError(`${file} is empty. Remove it, and the next start creates a new secret.`)
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code
