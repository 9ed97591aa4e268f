import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The secret that belongs to a database, made together with it, so that tokens survive a restart. For development: in
 * production it belongs where other secrets are.
 * @param file made when there is none, readable by its owner alone
 */
export function keptSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}-${randomBytes(8).toString('hex')}`
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
  try {
    // Unlike a rename, a link never replaces: of two processes that start at once, the first one's stays.
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(file, 'utf8').trim()
}

/**
 * Could this be 32 random bytes or more, in base64, base64url or hexadecimal digits? No text proves that it is random; this
 * refuses what people type, repeat or copy from examples. Of random ones it refuses less than one in a thousand million.
 */
export function looksRandom(text: string): boolean {
  const isHex = /^[\da-f]+$/i.test(text)
  if (!isHex && !/^(?:[\w-]+|[A-Za-z\d+/]+={0,2})$/.test(text)) return false
  const bytes = isHex ? text.length / 2 : Buffer.from(text, 'base64').length
  // Random letters come in both cases, random digits with letters among them.
  const isMixed = isHex ? /\d/.test(text) && /[a-f]/i.test(text) : /[a-z]/.test(text) && /[A-Z]/.test(text)
  return bytes >= 32 && isMixed && new Set(text).size >= 10 && !repeats(text) && !counts(text)
}

/** Something shorter, at least twice. */
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
