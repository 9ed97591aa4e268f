import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { moveToFreePath } from '../common/atomic-file.ts'
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
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
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

/**
 * Tells whether a text can be 32 or more random bytes, in base64, base64url or hexadecimal digits. No test proves randomness;
 * this one rejects what people type, repeat or copy from examples, and less than one in 10^9 random secrets.
 */
export function looksRandom(text: string): boolean {
  const isHex = /^[\da-f]+$/i.test(text)
  if (!isHex && !/^(?:[\w-]+|[A-Za-z\d+/]+={0,2})$/.test(text)) return false
  const bytes = isHex ? text.length / 2 : Buffer.from(text, 'base64').length
  // Random letters come in both cases, random digits with letters among them.
  const isMixed = isHex ? /\d/.test(text) && /[a-f]/i.test(text) : /[a-z]/.test(text) && /[A-Z]/.test(text)
  return bytes >= 32 && isMixed && new Set(text).size >= 10 && !repeats(text) && !counts(text)
}

/** A shorter text, repeated. */
function repeats(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++)
    if (text.startsWith(text.slice(period))) return true
  return false
}

/** Mostly one character after its neighbour: `0123…`, `zyxw…`, `aaaa…`. */
function counts(text: string): boolean {
  const codes = [...text].map((character) => character.charCodeAt(0))
  const steps = codes.slice(1).filter((code, index) => Math.abs(code - (codes[index] ?? 0)) <= 1)
  return steps.length > text.length / 2
}
