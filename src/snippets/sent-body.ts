import { bodyFile } from '../openapi/files.ts'
import { isForm, isJson, multipartType } from '../openapi/media-type.ts'
import type { Body, Part } from './body.ts'
import type { SentRequest } from './request.ts'
import type { Value } from './values.ts'

/**
 * Returns the body of a request that was sent, in the form in which code repeats it. Files are named, because
 * code does not contain them.
 */
export function sentBody({ body: text, form }: SentRequest, mediaType: string): Body | undefined {
  if (form) return multipartBody(form)
  if (!text) return undefined
  const raw = { mediaType, value: text, isRaw: true }
  if (isForm(mediaType)) return formBody(text, mediaType) ?? raw
  const file = isBinary(text) ? bodyFile({}, mediaType, {}) : undefined
  if (file) return { mediaType, value: '', file }
  if (!isJson(mediaType)) return raw
  try {
    return { mediaType, value: JSON.parse(text) as Value }
  } catch {
    return raw
  }
}

/** Tells whether code can repeat a body: other texts have lost the bytes that are not UTF-8. */
export const isRepeatable = (request: SentRequest, mediaType: string): boolean =>
  request.form !== undefined || !isBinary(request.body) || bodyFile({}, mediaType, {}) !== undefined

/** Tells whether a text had bytes that are not UTF-8, which have become replacement characters. */
export const isBinary = (text = ''): boolean => text.includes('\uFFFD')

function multipartBody(form: FormData): Body {
  const parts = [...form].map(([name, value]): Part => {
    if (typeof value === 'string') return { name, value }
    const { name: fileName, type } = value
    return { name, value: '', file: { name: fileName, ...(type && { type }) } }
  })
  return { mediaType: multipartType, value: {}, parts }
}

/** Returns undefined if the fields would be sent in another order. */
function formBody(text: string, mediaType: string): Body | undefined {
  const fields = [...new URLSearchParams(text)]
  const value = grouped(fields)
  const names = Object.entries(value).flatMap(([name, each]) => [each].flat().map(() => name))
  return names.join() === fields.map(([name]) => name).join() ? { mediaType, value } : undefined
}

/** Returns an object in which a name that occurs several times has a list. */
function grouped(fields: (readonly [name: string, text: string])[]): Record<string, string | string[]> {
  const groups = Map.groupBy(fields, ([name]) => name)
  return Object.fromEntries(
    [...groups].map(([name, group]) => {
      const texts = group.map(([, text]) => text)
      return [name, texts.length === 1 ? (texts[0] ?? '') : texts]
    }),
  )
}
