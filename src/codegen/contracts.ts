import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** One variant's contract as it is written: its name and the file that everything else is reached from. */
export type Contract = { variant: string; file: string }

/** Finds the contracts below `directory`: one per folder, in the order of their names; a leading `_` is no variant. */
export async function findContracts(directory: string): Promise<Contract[]> {
  if (!existsSync(directory)) return []
  const entries = await readdir(directory, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name))
    .map((entry) => ({ variant: entry.name, file: join(directory, entry.name, 'openapi.yaml') }))
    .sort((a, b) => (a.variant < b.variant ? -1 : 1))
}
