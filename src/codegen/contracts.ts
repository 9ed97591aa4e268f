import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../common/user-error.ts'
import { withRelativePaths } from './problems.ts'

/** A contract with the name of its folder and the path of its entry file. */
export interface Contract {
  variant: string
  file: string
}

/** Distinguishes variants from the project's own contracts, which have a leading `_`. */
export function isVariant(name: string): boolean {
  return !name.startsWith('_')
}

/** Tells whether a variant has a server in a checkout of this repository. */
export function hasServer(root: string, variant: string): boolean {
  return !isVariant(variant) || existsSync(join(root, 'src/variants', variant))
}

/**
 * Checks that the name of a folder can be a property and a part of a URL, and that the folder has a contract.
 * @throws {UserError} if one does not hold
 */
export function assertUsable({ variant, file }: Contract): void {
  const folder = withRelativePaths(dirname(file))
  if (!/^_?[a-z][a-z0-9]*$/.test(variant))
    throw new UserError(
      `${folder}: the folder name ${variant} is not usable. Use lower-case letters and digits, beginning with a letter.`,
    )
  if (!existsSync(file))
    throw new UserError(`${folder} has no openapi.yaml. Give its contract this name; it may be JSON.`)
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
