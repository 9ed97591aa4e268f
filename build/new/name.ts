import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../src/common/user-error.ts'

/** Names with another meaning in paths such as `/docs/controls`, or in the code of the server. */
const taken = ['controls', 'variants']

/** Words that cannot be the name of a variable in a module (ECMAScript, section 12.7.2). */
const keywords =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'

/**
 * Checks the name of a new API, which becomes a folder, a part of URLs and a variable.
 * @throws {UserError} if it is invalid or taken
 */
export function assertName(root: string, name: string): void {
  if (!/^[a-z][a-z0-9]{1,30}$/.test(name) || [...taken, ...keywords.split(' ')].includes(name))
    throw new UserError(
      `${JSON.stringify(name)} cannot be the name of an API. Use 2 to 31 lower-case letters and digits, such as acme.`,
    )
  if (existsSync(join(root, 'src/variants', name, 'index.ts')))
    throw new UserError(
      `There is a server named ${name} already, in src/variants/${name}/. Use another name.`,
    )
}
