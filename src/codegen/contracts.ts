import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A contract with the name of its folder and the path of its entry file. */
export interface Contract {
  variant: string
  file: string
}

/** Distinguishes variants from the project's own contracts, which have a leading `_`. */
export function isVariant(name: string): boolean {
  return !name.startsWith('_')
}

/** Finds the contracts in a directory, one per folder, sorted by name. */
export async function findContracts(directory: string): Promise<Contract[]> {
  if (!existsSync(directory)) return []
  const entries = await readdir(directory, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => ({ variant: entry.name, file: join(directory, entry.name, 'openapi.yaml') }))
    .sort((a, b) => (a.variant < b.variant ? -1 : 1))
}
