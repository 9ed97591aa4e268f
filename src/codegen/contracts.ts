import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** One contract as it is written: the name of its folder and the file that everything else is reached from. */
export type Contract = { variant: string; file: string }

/** A leading `_` is a contract of this project itself, which is generated from as well and is no variant. */
export const isVariant = (name: string): boolean => !name.startsWith('_')

/** Finds the contracts below `directory`: one per folder, in the order of their names. */
export async function findContracts(directory: string): Promise<Contract[]> {
  if (!existsSync(directory)) return []
  const entries = await readdir(directory, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => ({ variant: entry.name, file: join(directory, entry.name, 'openapi.yaml') }))
    .sort((a, b) => (a.variant < b.variant ? -1 : 1))
}
