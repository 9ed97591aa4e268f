/** A transparent image of one pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
const gif = 'R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='

/**
 * Returns a body for media types whose content no schema describes.
 * @returns undefined if the value of the schema is the body
 */
export function placeholderOf(mediaType: string): string | Uint8Array<ArrayBuffer> | undefined {
  if (mediaType.startsWith('image/svg'))
    return '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
  if (mediaType.startsWith('image/gif')) return Uint8Array.from(Buffer.from(gif, 'base64'))
  if (mediaType.startsWith('image/')) return Uint8Array.from(Buffer.from(png, 'base64'))
  if (mediaType.startsWith('text/html')) return '<!doctype html><title>Mock</title>'
  return /[/+]xml(;|$)/.test(mediaType) ? '<?xml version="1.0"?><mock/>' : undefined
}
