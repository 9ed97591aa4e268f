/** Returns a media type without its parameters, in lower case; an empty text stands for a missing one. */
export function essenceOf(type: string | null | undefined): string {
  return type?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Tells whether a media type is JSON or based on it (RFC 6839). */
export const isJson = (type: string): boolean => /[/+]json$/.test(essenceOf(type))

export const formType = 'application/x-www-form-urlencoded'
export const multipartType = 'multipart/form-data'

/** Tells whether a media type is a form whose fields are encoded like those of a query. */
export const isForm = (type: string): boolean => essenceOf(type) === formType

/** Tells whether a media type is a form in which each field is a part. */
export const isMultipart = (type: string): boolean => essenceOf(type) === multipartType

/** Tells whether a media type is a form of either kind, in which every value is text or a file. */
export const hasFields = (type: string): boolean => isForm(type) || isMultipart(type)

/** Tells whether values of a media type, or of a range such as `text/*`, are text. */
export const isTextType = (type: string): boolean =>
  /^text\/|[/+](?:json|xml|yaml|jwt)$|^application\/(?:x-www-form-urlencoded|javascript|graphql|sql)$/.test(
    essenceOf(type),
  )

/**
 * Chooses the media type that a body is sent in: JSON if it is declared, or else the first one.
 * @param declared media types, as in OpenAPI
 */
export const chooseMediaType = (declared: readonly string[]): string | undefined =>
  declared.find((type) => essenceOf(type) === 'application/json') ?? declared.find(isJson) ?? declared[0]

/** Returns a media type to send for a declared one, which can be a range, such as `image/*`. */
export function concreteType(declared: string): string {
  if (declared === '*/*') return 'application/json'
  return declared
    .replace(/^text\/\*$/, 'text/plain')
    .replace(/^image\/\*$/, 'image/png')
    .replace('/*', '/octet-stream')
}

/**
 * Finds the declaration of a media type: that of the type itself, or else of a range, such as `image/*`
 * (OpenAPI 3.1, §4.8.14).
 * @param declared media types, as in OpenAPI
 * @param type the value of a Content-Type
 */
export function findMediaType(declared: readonly string[], type: string): string | undefined {
  const essence = essenceOf(type)
  if (essence === '') return undefined
  const found = [essence, `${essence.split('/')[0]}/*`, '*/*'].map((wanted) =>
    declared.find((name) => essenceOf(name) === wanted),
  )
  return found.find((name) => name !== undefined)
}
