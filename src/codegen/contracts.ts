import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The source of one contract: the name of its folder, and its entry file. */
export interface Contract {
  variant: string
  file: string
}

/** A leading `_` marks a contract of this project itself, which is generated too but is not a variant. */
export function isVariant(name: string): boolean {
  return !name.startsWith('_')
}

/** Finds the contracts in a directory: one per folder, in the order of their names. */
export async function findContracts(directory: string): Promise<Contract[]> {
  if (!existsSync(directory)) return []
  const entries = await readdir(directory, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => ({ variant: entry.name, file: join(directory, entry.name, 'openapi.yaml') }))
    .sort((a, b) => (a.variant < b.variant ? -1 : 1))
}
