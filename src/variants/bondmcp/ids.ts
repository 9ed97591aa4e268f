import type { Core, IdKind } from '../../core/ports.ts'
import { newUuid } from '../../core/secrets.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const prefixes: Partial<Record<IdKind, string>> = { user: 'usr_', apiKey: 'key_' }

/** What shows on the wire has a prefix and 16 letters or digits: 95 random bits. */
export const newId = (kind: IdKind, random: Core['random']): string => {
  const prefix = prefixes[kind]
  if (prefix === undefined) return newUuid({ random })
  return prefix + [...random(16)].map((byte) => letters[byte % letters.length]).join('')
}
