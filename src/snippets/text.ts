import { filesOf } from './body.ts'
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
    .flatMap(({ name, value, basic }) => {
      if (!basic) return [`const ${toUpperCase(name)} = ${JSON.stringify(value)};`]
      const [username = '', password = ''] = [basic.username, basic.password].map((part) =>
        toUpperCase(part.name),
      )
      return [
        declareConstants([basic.username, basic.password]),
        `const ${toUpperCase(name)} = btoa(\`\${${username}}:\${${password}}\`);`,
      ]
    })
    .join('\n')
}

/** Declares the files that a call sends in TypeScript, with content that readers replace. */
export function declareFiles({ body }: Call): string {
  const files = body ? [...filesOf(body)] : []
  const lines = files.map(([constant, { name, type }]) => {
    const options = type ? `, { type: ${JSON.stringify(type)} }` : ''
    return `const ${toUpperCase(constant)} = new File(["content"], ${JSON.stringify(name)}${options});`
  })
  return lines.length > 0 ? [fileNote, ...lines].join('\n') : ''
}

const fileNote = '// In a web app, a file comes from an <input type="file">: input.files[0].'

/** A comment on the client certificate that the server demands, if it does. */
export function certificateNote({ needsCertificate }: Call, marker: string, advice: string): string {
  return needsCertificate ? `${marker} Needs a client certificate (mutual TLS): ${advice}` : ''
}

export const browserCertificate = 'a browser asks its user for it.'

/** Lists the declared errors as comments. A line break in the contract must not end a comment. */
export function errorComments({ errors }: Pick<Call, 'errors'>, marker = '//'): string {
  return errors.lines.map((line) => `${marker} ${line.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}\n`).join('')
}
