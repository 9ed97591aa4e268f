import { createHmac, randomBytes } from 'node:crypto'
import type { Exchange } from '../exchange.ts'

/** An exchange without secrets, for reports. */
export interface MaskedExchange {
  request: { method: string; url: string; headers: [name: string, value: string][]; body: string | undefined }
  response: { status: number; headers: [name: string, value: string][]; text: string }
}

/** A key per process: a mask shows whether two secrets are equal, but cannot be used to guess passwords. */
const key = randomBytes(32)

/**
 * Replaces a secret by a short text that is the same for the same secret. Long tokens keep their first six
 * characters, which tell their kind (`of-key`, `eyJhbG`).
 */
export function mask(secret: string): string {
  if (secret === '' || isMask(secret)) return secret
  const id = createHmac('sha256', key).update(secret).digest('hex').slice(0, 6)
  return `${secret.length >= 32 && !secret.includes(' ') ? secret.slice(0, 6) : ''}***${id}`
}

const isMask = (text: string) => /^[\w-]{0,6}\*\*\*[0-9a-f]{6}$/.test(text)

const secretHeaders =
  /^(?:(?:proxy-)?authorization|cookie|set-cookie|.*(?:api-?key|token|secret|password|session|auth-?key).*)$/i

/** Names of fields and parameters with secrets. Names such as `tokenType` and `key_prefix` do not match. */
const secretNames =
  /^(?:.*(?:password|passwd|passphrase|secret|token|api_?key|credential|jwt|otp|cookie|mfa_?code|recovery_?code)|pwd|key|sid|session_?id|code_?verifier|state|nonce|ticket|assertion)$/i

/** Only in requests and URLs: in a response, `code` is that of an error. */
const codeName = /^(?:code|auth(?:orization)?_?code|mfa)$/i

/** Secrets with a known form: JWTs, long hexadecimal or prefixed tokens, and password hashes. */
const secretTexts = [
  /\beyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*)*/g,
  /\$(?:argon2\w*|scrypt|pbkdf2[\w-]*|2[aby])\$[\w$=,./+-]*[\w$=/+-]/g,
  /\b[A-Za-z]{2,8}(?:[-_][A-Za-z]{2,8})?[-_][0-9A-Za-z]{24,}\b/g,
  /\b[0-9a-f]{32,}\b/gi,
]

/** Ids of requests look like tokens, but grant nothing, and find a call in the log of a server. */
const requestIdHeaders = /^(?:x-)?(?:request|correlation|trace)-?id$|^traceparent$/i
const requestId = /^req(?:uest)?[-_]/i

/** Masks the user information of URLs. */
const maskUsers = (text: string): string =>
  text.replace(/(\b\w+:\/\/)([^/\s@"']+)@/g, (_, start, user) => `${start}${mask(user)}@`)

/** Masks secrets that can be recognized by their form. */
export const maskText = (text: string): string =>
  secretTexts.reduce(
    (masked, pattern) => masked.replace(pattern, (found) => (requestId.test(found) ? found : mask(found))),
    maskUsers(text),
  )

/** Masks the value of a header. Schemes, names of cookies and their attributes stay. */
export function maskHeader(name: string, value: string): string {
  if (requestIdHeaders.test(name)) return value
  const lower = name.toLowerCase()
  if (lower === 'location' || lower === 'referer' || lower === 'content-location') return maskUrl(value)
  if (lower === 'set-cookie')
    return value.replace(/^([^=;]*=)([^;]*)/, (_, start, each) => start + mask(each))
  if (lower === 'cookie')
    return value.replace(/(^|;\s*)([^=;]*=)([^;]*)/g, (_, gap, start, each) => gap + start + mask(each))
  if (lower === 'www-authenticate' || !secretHeaders.test(name)) return maskText(value)
  const [, scheme = '', secret = ''] = /^([\w-]+ +)?(.*)$/s.exec(value) ?? []
  return scheme + mask(secret)
}

/** Masks secrets in the user information, query and fragment of a URL. */
export function maskUrl(url: string): string {
  const [, base = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url) ?? []
  return maskText(base) + maskPairs(query) + maskPairs(fragment)
}

/** Masks the values of secret names in `name=value` pairs. */
const maskPairs = (text: string): string =>
  maskText(
    text.replace(/([?#&]|^)([^=&]+)=([^&]*)/g, (pair, start, name, value) =>
      isSecretName(decode(name), true) ? `${start}${name}=${mask(value)}` : pair,
    ),
  )

/**
 * Masks secrets in a body. It works on the text, because the bodies of negative tests are often not JSON.
 * @param isRequest whether a field `code` is a secret
 */
export function maskBody(text: string, isRequest = false): string {
  const json = text.replace(
    /"((?:[^"\\]|\\.)*)"(\s*:\s*)"((?:[^"\\]|\\.)*)("|$)/g,
    (field, name, colon, value, end) =>
      isSecretName(name, isRequest) ? `"${name}"${colon}"${mask(value)}${end}` : maskUrlIn(field),
  )
  const parts = json.replace(part, (field, start, name, value) =>
    isSecretName(name, isRequest) ? `${start}${mask(value)}` : field,
  )
  return /^[\w.~%+[\]-]+=/.test(text) ? maskPairs(parts) : maskText(parts)
}

/** A field of a multipart body, with its headers. */
const part = /(\bform-data;[^\r\n]*?\bname="([^"]*)"[^\r\n]*(?:\r\n[^\r\n]+)*\r\n\r\n)(.*?)(?=\r\n--|$)/gis

/** Masks a URL that is the value of a field, such as that of a redirect. */
const maskUrlIn = (field: string): string =>
  field.replace(/\bhttps?:\/\/[^\s"]+[?#][^\s"]+/g, (url) => maskUrl(url))

/** The name of a field can have those of objects around it, as in `user[password]`. */
function isSecretName(name: string, isRequest: boolean): boolean {
  const last = name.split(/[[\]]+/).findLast((part) => !/^\d*$/.test(part)) ?? name
  return secretNames.test(last) || (isRequest && codeName.test(last))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const masked = new WeakMap<object, MaskedExchange>()

/** Masks the secrets of an exchange. */
export function maskExchange(exchange: Pick<Exchange, 'request' | 'response'>): MaskedExchange {
  const known = masked.get(exchange)
  if (known) return known
  const { request, response } = exchange
  const result: MaskedExchange = {
    request: {
      method: request.method,
      url: maskUrl(request.url),
      headers: request.headers.map(([name, value]) => [name, maskHeader(name, value)]),
      body: request.body === undefined ? undefined : maskBody(request.body, true),
    },
    response: {
      status: response.status,
      headers: [...response.headers].map(([name, value]) => [name, maskHeader(name, value)]),
      text: maskBody(response.text),
    },
  }
  masked.set(exchange, result)
  return result
}
