import { type RouteConfig, z } from '@hono/zod-openapi'
import { Refused } from './refusals.ts'

/** No body in these contracts comes near this many bytes. */
const MAX_BYTES = 64 * 1024

/**
 * Reads the body of a request.
 * @returns undefined when it is empty, whatever the Content-Type says
 * @throws {Refused} as too large, with or without a Content-Length; the rest is then not read
 */
export async function readBody(request: Request): Promise<Uint8Array | undefined> {
  const announced = request.headers.get('content-length')
  if (Number(announced) > MAX_BYTES) throw new Refused({ kind: 'tooLarge' })
  // These have none (RFC 9110, section 9.3), and to ask for it costs more than the rest of such a call.
  if (request.method === 'GET' || request.method === 'HEAD' || !request.body) return undefined
  // HTTP holds a sender to the length that was announced.
  const source = announced ? request : new Response(request.body.pipeThrough(atMost(MAX_BYTES)))
  const bytes = new Uint8Array(await source.arrayBuffer())
  return bytes.length > 0 ? bytes : undefined
}

function atMost(limit: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let length = 0
  return new TransformStream({
    transform(chunk, controller) {
      length += chunk.length
      if (length > limit) throw new Refused({ kind: 'tooLarge' })
      controller.enqueue(chunk)
    },
  })
}

/**
 * Understands a body as JSON, which is UTF-8 whatever the media type's parameters say (RFC 8259, section 8.1).
 * @throws {Refused} as another media type or as malformed
 */
export function parseJson(bytes: Uint8Array, contentType: string | null): unknown {
  if (!JSON_TYPE.test(contentType ?? '')) throw new Refused({ kind: 'unsupportedMediaType' })
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Refused({ kind: 'malformedJson' })
  }
}

/** With or without parameters. No contract declares a type that ends in `+json` (RFC 6839). */
const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i

type Content = NonNullable<NonNullable<RouteConfig['request']>['body']>['content']

/** The schema of a declared body. All contracts speak JSON alone, so there is no media type to choose. */
export function bodySchema(content: Content | undefined): z.ZodType | undefined {
  const [media] = Object.values(content ?? {})
  return media && 'schema' in media && media.schema instanceof z.ZodType ? media.schema : undefined
}
