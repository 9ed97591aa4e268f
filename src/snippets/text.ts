import type { Call } from './call.ts'
import type { Constant } from './credentials.ts'
import { toUpperCase } from './values.ts'

/** Joins the paragraphs of a program; empty ones are left out. */
export function paragraphs(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}

/** Indents all lines that are not empty. */
export const indent = (code: string, by = '  '): string => code.replace(/^(?=.)/gm, by)

/** Declares constants, one per line. */
export function declareConstants(constants: Constant[]): string {
  return constants
    .map(({ name, value }) => `const ${toUpperCase(name)} = ${JSON.stringify(value)};`)
    .join('\n')
}

/** Lists the declared errors as comments. */
export function errorComments({ errors }: Pick<Call, 'errors'>, marker = '//'): string {
  return errors.lines.map((line) => `${marker} ${line}\n`).join('')
}
