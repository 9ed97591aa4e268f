import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Api } from './api.ts'

/**
 * Returns the option of commands that names the contract of an API, for people to copy: its URL, or its file,
 * relative to the working directory.
 * @returns undefined for an API of this package, which commands know by its name
 */
export function contractOption({ name, contract, locate }: Api): string | undefined {
  if (!locate) return undefined
  const source = contract.protocol === 'file:' ? relative('', fileURLToPath(contract)) : contract.href
  return `--contract ${quote(`${name}=${source}`)}`
}

/** Quotes a word for POSIX shells if it needs it. */
const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
