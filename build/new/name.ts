import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { UserError } from '../../src/common/user-error.ts'

/** Names with another meaning in paths such as `/docs/controls`. */
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
      `${JSON.stringify(name)} cannot be the name of an API. Use 2 to 31 lower-case letters and digits, such as globex.`,
    )
  if (existsSync(join(root, 'src/variants', name, 'index.ts')))
    throw new UserError(
      `There is a server named ${name} already, in src/variants/${name}/. Use another name.`,
    )
  const [mention] = findMentions(root, name)
  if (mention !== undefined)
    throw new UserError(
      `The word ${name} occurs in ${mention}, and shared files may not name an API. Use another name.`,
    )
}

/** Finds the files of `src/` that contain the name of an API as a word, except the files of this API. */
export function findMentions(root: string, name: string): string[] {
  const word = new RegExp(`\\b${name}\\b`, 'i')
  return globSync('src/**/*.ts', { cwd: root })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => !file.split('/').includes(name) && !basename(file).startsWith(name))
    .filter((file) => word.test(readFileSync(join(root, file), 'utf8')))
    .sort()
}
