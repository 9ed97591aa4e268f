import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../src/common/user-error.ts'

/** Names with another meaning in paths such as `/docs/controls`, or in the code of the server. */
const reserved = ['controls', 'default', 'delete', 'new', 'variants']

/**
 * Checks the name of a new API, which becomes a folder, a part of URLs and a variable.
 * @throws {UserError} if it is invalid or taken
 */
export function assertName(root: string, name: string): void {
  if (!/^[a-z][a-z0-9]{1,30}$/.test(name) || reserved.includes(name))
    throw new UserError(
      `${JSON.stringify(name)} cannot be the name of an API. Use 2 to 31 lower-case letters and digits, such as acme.`,
    )
  if (existsSync(join(root, 'src/variants', name)))
    throw new UserError(
      `There is a server named ${name} already, in src/variants/${name}/. Use another name.`,
    )
}
