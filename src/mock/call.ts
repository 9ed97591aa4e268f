import { parse as parseQuery } from 'node:querystring'
import { MIMEType } from 'node:util'
import type { Context } from 'hono'
import type { Call, Operation } from './prism.ts'
import { type Verdict, verdict } from './violations.ts'

type Body = { body?: unknown; bodyFault?: Verdict }

/**
 * Reads a request into what Prism validates, and says what is already wrong with its body.
 * @param basePath what stands before the contract's own path
 */
export async function readCall(
  c: Context,
  operation: Operation,
  basePath: string,
): Promise<{ call: Call } & Body> {
  const { authorization, ...headers } = c.req.header()
  const url = new URL(c.req.url)
  // A body that no operation asked for is nobody's business: `axios.post(url, {})` on a sign-out is common.
  const text = operation.request?.body ? await c.req.text() : ''
  const declared = (operation.request?.body?.contents ?? []).map(({ mediaType }) => mediaType)
  const { body, ...fault } = parseBody(text, headers['content-type'], declared)
  const call = {
    method: operation.method as Call['method'],
    url: { path: url.pathname.slice(basePath.length), query: queryOf(url) },
    pathParameters: c.req.param(),
    headers: {
      ...headers,
      // The scheme is case-insensitive (RFC 9110, section 11.1); Prism knows `Bearer` only.
      ...(authorization && { authorization: authorization.replace(/^bearer(?=\s)/i, 'Bearer') }),
      // Prism looks at the media type only when there is a length, and chunked bodies come without.
      'content-length': String(Buffer.byteLength(text)),
    },
    body,
  }
  return { call, ...fault }
}

/** @param declared media types, all of them JSON; Prism would take their relatives (`application/x+json`) as well */
function parseBody(text: string, contentType: string | undefined, declared: string[]): Body {
  if (text === '') return {}
  const type = mediaType(contentType)
  if (!type || !declared.includes(type)) {
    const said = contentType
      ? `Content-Type "${contentType}" is not`
      : 'Content-Type is missing, it has to be'
    const message = `${said} ${declared.join(' or ')}`
    return { bodyFault: verdict('mediaType', ['request', 'header', 'content-type'], 415, message) }
  }
  try {
    return { body: JSON.parse(text) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {
      bodyFault: verdict('syntax', ['request', 'body'], 'json', `Request body is not JSON: ${reason}`),
    }
  }
}

function mediaType(contentType = ''): string | undefined {
  try {
    return new MIMEType(contentType).essence
  } catch {
    return undefined
  }
}

/** Parameters given once as strings, repeated ones as lists, as Prism takes them. */
const queryOf = ({ search }: URL) =>
  Object.fromEntries(Object.entries(parseQuery(search.slice(1))).map(([name, value = '']) => [name, value]))
