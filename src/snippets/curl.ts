import { essenceOf } from '../openapi/media-type.ts'
import { type Body, bodyKind, fieldsOf, type Part, partsOf } from './body.ts'
import type { Call } from './call.ts'
import { type Constant, settableConstants, withText } from './credentials.ts'
import { escapeJson, quoteText, toJson } from './json.ts'
import { certificateNote } from './text.ts'
import { encodedFields, encodedTarget, headersOf, isRedirect, withBase } from './url.ts'
import {
  isText,
  partsOfText,
  type Text,
  textOf,
  toUpperCase,
  type Value,
  type Variable,
  variablesIn,
} from './values.ts'

/** Writes a call as a `curl` command for POSIX shells. Secrets come from environment variables. */
export function curlCode(call: Call, baseUrl: string): string {
  const constants = settableConstants(call.constants)
  const publicValues = new Map(
    constants.filter(({ isPlaceholder }) => !isPlaceholder).map(({ name, value }) => [name, value]),
  )
  const withPublic = ({ $text }: Text): Text =>
    textOf($text.map((part) => publicValue(part, publicValues) ?? part))
  const basic = call.credentials.find(({ constant }) => constant.basic)
  const others = call.credentials.filter((credential) => credential !== basic)
  const pair = basic && withPublic(pairOf(basic.constant))
  const options = [
    ...(isRedirect(call) ? ['-i'] : []),
    ...(pair ? [`-u ${quoteDouble(pair, toUpperCase)}`] : []),
  ]
  const command = curlCommand(
    { ...call, credentials: others.map((credential) => withText(credential, withPublic)) },
    baseUrl,
    options.map((option) => `${option} `).join(''),
    toUpperCase,
  )
  return [
    neededVariables(constants),
    certificateNote(call, '#', 'add --cert and --key.'),
    isRedirect(call) ? redirectNote : '',
    command,
  ]
    .filter((line) => line !== '')
    .join('\n')
}

/** The user name and password, which curl encodes itself. */
const pairOf = ({ basic }: Constant): Text =>
  textOf(basic ? [{ variable: basic.username.name }, ':', { variable: basic.password.name }] : [])

const publicValue = (part: string | Variable, values: Map<string, string>) =>
  typeof part === 'string' ? part : values.get(part.variable)

/**
 * Writes a `curl` command.
 * @param baseUrl a URL, or a variable of the shell
 * @param options further options, each followed by a space
 * @param spell spells the variables of the shell
 */
export function curlCommand(
  call: Call,
  baseUrl: string,
  options: string,
  spell: (name: string) => string,
): string {
  const { method } = call
  const isScript = baseUrl.startsWith('$')
  const url = isScript
    ? `"${baseUrl}${variableTarget(call, spell)}"`
    : quoteUrl(withBase(baseUrl, encodedTarget(call)), spell)
  return [
    `curl ${options}-X ${quoteWord(method)} ${url}`,
    ...Object.entries(headersOf(call)).map(
      ([name, value]) => `-H ${quoteDouble(textOf([`${name}: `, ...partsOfText(value)]), spell)}`,
    ),
    ...(call.body ? bodyOptions(call.body, isScript, spell) : []),
  ].join(' \\\n  ')
}

function bodyOptions(body: Body, isScript: boolean, spell: (name: string) => string): string[] {
  const { value } = body
  const kind = bodyKind(body)
  if (kind === 'json') return [`-d ${(isScript ? encodeJson : quoteJson)(value, spell)}`]
  if (kind === 'raw') return [`--data-raw ${quoteSingle(String(value))}`]
  if (kind === 'file') return [`--data-binary ${quoteDouble(textOf([`@${body.file?.name}`]), spell)}`]
  const write = (name: string, value: Value) => {
    const field = [`${name}=`, ...partsOfText(value)]
    const isConstant = field.every((part) => typeof part === 'string')
    // Without variables, JSON needs no escapes in single quotes.
    return isConstant && field.some((part) => part.includes('"'))
      ? quoteSingle(field.join(''))
      : quoteDouble(textOf(field), spell)
  }
  if (kind === 'form')
    return fieldsOf(body).map(([name, value]) =>
      isEncodable(name, value)
        ? `--data-urlencode ${write(name, value)}`
        : `-d ${quoteDouble(encodedFields([[name, value]]), spell)}`,
    )
  return partsOf(body).map((part) => `${partOption(part)} ${write(part.name, partText(part))}`)
}

/** Tells whether curl can encode a field: it leaves names as they are, and arguments cannot contain NUL. */
const isEncodable = (name: string, value: Value): boolean =>
  /^[\w.[\]-]+$/.test(name) &&
  !partsOfText(value).some((part) => typeof part === 'string' && part.includes('\0'))

/** Characters that have a meaning in the value of the option `-F`. */
const special = /^[@<"()\s]|;|\s$/

const isLiteral = ({ value, type, file }: Part) =>
  !file && !type && partsOfText(value).some((part) => typeof part === 'string' && special.test(part))

const partOption = (part: Part) => (isLiteral(part) ? '--form-string' : '-F')

/**
 * Writes a part for the option `-F`. A value with a media type is quoted in case of semicolons. Parameters of
 * a media type are left out, because curl reads some as options, such as `headers=@file`.
 */
function partText({ value, file, type = file?.type }: Part): Value {
  const suffix = type ? `;type=${essenceOf(type)}` : ''
  if (file) {
    const isPlain = !/[",;\\]|^\s|\s$/.test(file.name)
    return `@${isPlain ? file.name : `"${escapeParameter(file.name)}"`}${suffix}`
  }
  if (!type) return value
  const quoted = partsOfText(value).map((part) => (typeof part === 'string' ? escapeParameter(part) : part))
  return textOf(['"', ...quoted, `"${suffix}`])
}

const escapeParameter = (text: string) => text.replace(/["\\]/g, '\\$&')

const quoteUrl = (url: Value, spell: (name: string) => string) =>
  isText(url) ? quoteDouble(url, spell) : quoteWord(String(url))

/** Returns the path and query with variables of the shell. The ids and tokens in them need no encoding. */
function variableTarget({ path, pathParameters, query }: Call, spell: (name: string) => string): string {
  const write = (value: Value | undefined) =>
    partsOfText(value ?? '')
      .map((part) => (typeof part === 'string' ? part : `$${spell(part.variable)}`))
      .join('')
  const target = path.replace(/\{([^}]+)\}/g, (_, name: string) => write(pathParameters[name]))
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${write(value)}`)
  return pairs.length > 0 ? `${target}?${pairs.join('&')}` : target
}

const redirectNote = '# In a web app, the browser opens this URL. Here, -i shows the header Location.'

function neededVariables(constants: Constant[]): string {
  const names = constants.filter(({ isPlaceholder }) => isPlaceholder).map(({ name }) => toUpperCase(name))
  return names.map((name) => `# Set first: export ${name}=...`).join('\n')
}

/** Writes a word without quotes if a shell leaves it alone. */
const quoteWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoteSingle(word))

export const quoteSingle = (text: string): string => `'${escapeSingle(text)}'`

const escapeSingle = (text: string) => text.replaceAll("'", `'\\''`)

/** Quotes a text in which variables are expanded. */
export function quoteDouble({ $text }: Text, spell: (name: string) => string): string {
  const parts = $text.map((part, index) => {
    if (typeof part === 'string') return part.replace(/["$`\\]/g, '\\$&')
    const next = $text[index + 1]
    const isDelimited = typeof next !== 'string' || !/^\w/.test(next)
    return isDelimited ? `$${spell(part.variable)}` : `\${${spell(part.variable)}}`
  })
  return `"${parts.join('')}"`
}

/** Quotes indented JSON. Variables, which hold tokens, interrupt the quotes, so that they are expanded. */
function quoteJson(value: Value, spell: (name: string) => string): string {
  const parts = toJson(value, quoteText, margin).map((part) =>
    typeof part === 'string' ? escapeSingle(part) : `'"$${spell(part.variable)}"'`,
  )
  return `'${parts.join('')}'`
}

/** Writes indented JSON whose variables `jq` encodes, because a password may contain quotes. */
function encodeJson(value: Value, spell: (name: string) => string): string {
  const filter = toJson(value, (text) => [jqText(text, spell)], margin).join('')
  const names = variablesIn(value).map(spell)
  if (names.length === 0) return quoteSingle(filter)
  const variables = names.map((name) => `--arg ${name} "$${name}"`).join(' ')
  return `"$(jq -n ${variables} ${quoteSingle(filter)})"`
}

function jqText({ $text }: Text, spell: (name: string) => string): string {
  const [only] = $text
  if ($text.length === 1 && typeof only === 'object') return `$${spell(only.variable)}`
  const parts = $text.map((part) =>
    typeof part === 'string' ? escapeJson(part) : `\\($${spell(part.variable)})`,
  )
  return `"${parts.join('')}"`
}

/** The indentation of the lines of an option. */
const margin = '  '
