import type { Core, IdKind } from '../../core/ports.ts'
import { newUuid } from '../../core/secrets.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** Bytes from here on are skipped: their remainders would favour the first letters of the alphabet. */
const usableBytes = 256 - (256 % alphabet.length)
const prefixes: Partial<Record<IdKind, string>> = { user: 'usr_', apiKey: 'key_' }

/** A prefix with 16 letters or digits (95 random bits) for ids that clients see, otherwise a UUID. */
export function newId(kind: IdKind, random: Core['random']): string {
  const prefix = prefixes[kind]
  if (prefix === undefined) return newUuid({ random })
  let id = prefix
  const length = prefix.length + 16
  while (id.length < length)
    for (const byte of random(length - id.length))
      if (byte < usableBytes) id += alphabet.charAt(byte % alphabet.length)
  return id
}
