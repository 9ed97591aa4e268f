import { globSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { findContracts, hasServer } from '../../src/codegen/contracts.ts'

/**
 * Lists the files that `npm run lint:contracts` checks: the contracts of servers, which are ours, and all
 * flows and overlays, which we write. A contract without a server may be a copy of a vendor's document.
 * @returns paths relative to the root, with slashes
 */
export async function filesToLint(root: string): Promise<string[]> {
  const contracts = await findContracts(join(root, 'openapi'))
  const own = contracts
    .filter(({ variant }) => hasServer(root, variant))
    .map(({ file }) => relative(root, file))
  const more = globSync('openapi/*/{flows.arazzo,overlay.*}.yaml', { cwd: root })
  return [...own, ...more.sort()].map((path) => path.split(sep).join('/'))
}
