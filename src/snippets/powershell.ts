import { type Body, bodyKind, fieldsOf, type Part, partsOf } from './body.ts'
import type { Call } from './call.ts'
import { type Constant, settableConstants } from './credentials.ts'
import { toJson } from './json.ts'
import { certificateNote } from './text.ts'
import { encodedFields, encodedTarget, headersOf, isRedirect, withBase } from './url.ts'
import { partsOfText, textOf, toUpperCase, type Value, type Variable } from './values.ts'

/** Writes a call for PowerShell 5.1 and later. Secrets come from environment variables. */
export function powershellCode(call: Call, baseUrl: string): string {
  const { 'Content-Type': mediaType, ...headers } = headersOf(call)
  const entries = Object.entries(headers)
  const options = [
    `-Method ${call.method} -Uri ${write(withBase(baseUrl, encodedTarget(call)))}`,
    ...(entries.length > 0
      ? [`-Headers @{ ${entries.map(([name, value]) => `${quote(name)} = ${write(value)}`).join('; ')} }`]
      : []),
    // PowerShell 5.1 sends Latin-1 unless the media type names a character set.
    ...(mediaType === undefined ? [] : [`-ContentType ${quote(contentType(String(mediaType)))}`]),
    ...(call.body ? [bodyOption(call.body)] : []),
  ]
  const needed = settableConstants(call.constants)
    .filter(({ isPlaceholder }) => isPlaceholder)
    .map(({ name }) => `# Set first: $env:${toUpperCase(name)} = '...'`)
  const command = isRedirect(call)
    ? '# In a web app, the browser opens this URL. Here, see the header Location.\nInvoke-WebRequest -MaximumRedirection 0'
    : 'Invoke-RestMethod'
  const certificate = certificateNote(call, '#', 'add -Certificate.')
  return [
    ...needed,
    ...(certificate ? [certificate] : []),
    [command, ...options].join(' `\n  ').replace(' `\n  ', ' '),
  ].join('\n')

  /** Writes a text: the values of public constants, and environment variables for all others. */
  function write(value: Value): string {
    const { $text } = textOf(partsOfText(value).map(known))
    const parts = $text.map((part) => (typeof part === 'string' ? quote(part) : secretOf(part.variable)))
    return parts.length > 1 ? `(${parts.join(' + ')})` : (parts[0] ?? "''")
  }

  function known(part: string | Variable): string | Variable {
    if (typeof part === 'string') return part
    const constant = call.constants.find(({ name }) => name === part.variable)
    return constant && !constant.isPlaceholder ? constant.value : part
  }

  function secretOf(variable: string): string {
    const basic = call.constants.find(({ name }) => name === variable)?.basic
    return basic ? encodedPair(basic) : `$env:${toUpperCase(variable)}`
  }

  function contentType(mediaType: string): string {
    return call.body?.file || mediaType.includes(';') ? mediaType : `${mediaType}; charset=utf-8`
  }

  /** Multipart bodies need PowerShell 7. */
  function bodyOption(body: Body): string {
    const kind = bodyKind(body)
    if (kind === 'json') return `-Body ${write(textOf(toJson(body.value)))}`
    if (kind === 'raw') return `-Body ${quote(String(body.value))}`
    if (kind === 'file') return `-InFile ${quote(body.file?.name ?? '')}`
    if (kind === 'form') return `-Body ${write(encodedFields(fieldsOf(body)))}`
    const pairs = [...Map.groupBy(partsOf(body), ({ name }) => name)].map(([name, parts]) => {
      const values = parts.map(partOf)
      return `${quote(name)} = ${values.length > 1 ? `@(${values.join('; ')})` : values[0]}`
    })
    return `-Form @{ ${pairs.join('; ')} }`
  }

  function partOf({ value, file }: Part): string {
    return file ? `Get-Item -LiteralPath ${quote(file.name)}` : write(value)
  }
}

function encodedPair({ username, password }: NonNullable<Constant['basic']>): string {
  const [name, word] = [username, password].map((part) => `$env:${toUpperCase(part.name)}`)
  return `[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes(${name} + ':' + ${word}))`
}

/** Quotes a text literally. Typographic quotation marks end a literal, too. */
const quote = (text: string): string => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`
