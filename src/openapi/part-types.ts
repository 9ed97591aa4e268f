import type { Encoding } from './document.ts'
import { typesOfPart } from './files.ts'
import { findMediaType } from './media-type.ts'

/** A part of a multipart body whose media type its encoding does not allow. */
export interface WrongPart {
  /** The name of the field. */
  name: string
  message: string
}

/**
 * Finds the parts whose Content-Type is not one of their encoding (OpenAPI 3.1.1, §4.8.15). `FormData` drops
 * the Content-Type of texts, and replaces a missing one of a file. A part without one is accepted, because
 * browsers write none for texts, and so is any type where `application/octet-stream` is declared.
 * @param body a valid multipart body
 * @param contentType with the boundary
 */
export function findWrongParts(
  encoding: Record<string, Encoding>,
  body: Uint8Array | string,
  contentType: string,
): WrongPart[] {
  const declared = new Map(
    Object.entries(encoding)
      .map(([name, each]) => [name, typesOfPart(each)] as const)
      .filter(([, types]) => types.length > 0 && !types.includes('application/octet-stream')),
  )
  if (declared.size === 0) return []
  const [, quoted, token = quoted] = /\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? []
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  return text.split(`--${token}`).flatMap((part) => {
    const [head = ''] = part.split('\r\n\r\n', 1)
    const [, name = ''] = /[;\s]name="([^"]*)"/i.exec(head) ?? []
    const type = /^content-type:(.+)$/im.exec(head)?.[1]?.trim()
    const types = declared.get(name)
    if (!types || type === undefined || findMediaType(types, type)) return []
    return [{ name, message: `must have the Content-Type ${types.join(' or ')}, not ${type}` }]
  })
}
