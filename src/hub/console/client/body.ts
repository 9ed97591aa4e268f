/**
 * Encodes the text of the editor by the media type of the body: forms are edited as a JSON object of their
 * fields. Other text is sent unchanged, so that invalid bodies can be sent, too.
 */
export function encodeBody(mediaType: string, text: string): string | URLSearchParams | FormData {
  const isMultipart = /^multipart\/form-data\b/i.test(mediaType)
  const fields =
    isMultipart || /^application\/x-www-form-urlencoded\b/i.test(mediaType) ? fieldsOf(text) : undefined
  if (!fields) return text
  const form = isMultipart ? new FormData() : new URLSearchParams()
  for (const [name, value] of fields) form.append(name, value)
  return form
}

/** Returns the fields of a JSON object. A list becomes several fields of the same name, an object JSON. */
function fieldsOf(text: string): [name: string, value: string][] | undefined {
  let object: unknown
  try {
    object = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined
  return Object.entries(object).flatMap(([name, value]) =>
    [value].flat().map((item): [string, string] => [name, toText(item)]),
  )
}

const toText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
