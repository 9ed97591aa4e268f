import type { Call } from './call.ts'
import type { Constant } from './credentials.ts'
import { encodedTarget, headersOf, isRedirect } from './url.ts'
import { isText, type Text, toUpperCase, type Value } from './values.ts'

/** Writes a call as a `curl` command for POSIX shells. Secrets come from environment variables. */
export function curlCode(call: Call, baseUrl: string): string {
  const { constants, body, method } = call
  const publicValues = new Map(
    constants.filter(({ isPlaceholder }) => !isPlaceholder).map(({ name, value }) => [name, value]),
  )
  const command = [
    `curl ${isRedirect(call) ? '-i ' : ''}-X ${method} ${quoteWord(baseUrl + encodedTarget(call))}`,
    ...Object.entries(headersOf(call)).map(
      ([name, value]) => `-H ${quoteDouble({ $text: [`${name}: `, ...partsOf(value)] }, publicValues)}`,
    ),
    ...(body ? [`-d ${quoteJson(body.value)}`] : []),
  ].join(' \\\n  ')
  return [neededVariables(constants), ...(isRedirect(call) ? [redirectNote] : []), command]
    .filter((line) => line !== '')
    .join('\n')
}

const redirectNote = '# In a web app, the browser opens this URL. Here, -i shows the header Location.'

function neededVariables(constants: Constant[]): string {
  const names = constants.filter(({ isPlaceholder }) => isPlaceholder).map(({ name }) => toUpperCase(name))
  return names.map((name) => `# Set first: export ${name}=...`).join('\n')
}

const partsOf = (value: Value): Text['$text'] => (isText(value) ? value.$text : [String(value)])

/** Writes a word without quotes if a shell leaves it alone. */
export const quoteWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoteSingle(word))

export const quoteSingle = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Quotes a text in which variables are expanded. */
function quoteDouble({ $text }: Text, publicValues: Map<string, string>): string {
  const escaped = (text: string) => text.replace(/["$`\\]/g, '\\$&')
  const parts = $text.map((part) => {
    if (typeof part === 'string') return escaped(part)
    const value = publicValues.get(part.variable)
    return value === undefined ? `$${toUpperCase(part.variable)}` : escaped(value)
  })
  return `"${parts.join('')}"`
}

/** Quotes indented JSON. Variables interrupt the quotes, so that the shell expands them. */
function quoteJson(value: Value): string {
  const marker = (name: string) => `\u0000${name}\u0000`
  const json = JSON.stringify(
    value,
    (_, node) =>
      isText(node)
        ? node.$text.map((part) => (typeof part === 'string' ? part : marker(part.variable))).join('')
        : node,
    2,
  )
  return quoteSingle(json.replaceAll('\n', '\n  ')).replace(
    /\\u0000(\w+)\\u0000/g,
    (_, name: string) => `'"$${toUpperCase(name)}"'`,
  )
}
