/** Returns the media type of a header `Content-Type`, in lower case and without parameters. */
export function mediaTypeOf(contentType: string | null): string {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Tells whether a media type is JSON or based on it (RFC 6839). */
export function isJson(mediaType: string): boolean {
  return /^application\/(?:[\w.+-]+\+)?json$/.test(mediaType)
}

/** Tells whether a media type is text, such as HTML, CSV or XML. */
export function isText(mediaType: string): boolean {
  return /^text\/|[/+]xml$/.test(mediaType)
}

export const formType = 'application/x-www-form-urlencoded'

export const multipartType = 'multipart/form-data'

/**
 * Finds the declaration of a media type. Exact names win over ranges such as `image/*`.
 * @param declared declarations by media type, as in OpenAPI
 */
export function findMedia<Media>(
  declared: Readonly<Record<string, Media>>,
  mediaType: string,
): Media | undefined {
  const [type] = mediaType.split('/')
  const names = Object.keys(declared)
  const found = [mediaType, `${type}/*`, '*/*'].map((wanted) =>
    names.find((name) => mediaTypeOf(name) === wanted),
  )
  const name = mediaType === '' ? undefined : found.find((candidate) => candidate !== undefined)
  return name === undefined ? undefined : declared[name]
}
