import { findMediaType } from '../openapi/media-type.ts'

/** Tells whether a media type is text, such as HTML, CSV or XML. */
export function isText(mediaType: string): boolean {
  return /^text\/|[/+]xml$/.test(mediaType)
}

/**
 * Finds the declaration of a media type. Exact names win over ranges such as `image/*`.
 * @param declared declarations by media type, as in OpenAPI
 */
export function findMedia<Media>(
  declared: Readonly<Record<string, Media>>,
  mediaType: string,
): Media | undefined {
  const name = findMediaType(Object.keys(declared), mediaType)
  return name === undefined ? undefined : declared[name]
}
