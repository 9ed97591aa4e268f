import { MIMEType } from 'node:util'

/** Returns a media type without parameters, in lower case; undefined if it is malformed. */
export function essenceOf(type: string | undefined): string | undefined {
  try {
    return new MIMEType(type ?? '').essence
  } catch {
    return undefined
  }
}

export const isJson = (type: string): boolean => /^application\/json$|\+json$/.test(essenceOf(type) ?? '')
export const isForm = (type: string): boolean => essenceOf(type) === 'application/x-www-form-urlencoded'
export const isMultipart = (type: string): boolean => essenceOf(type) === 'multipart/form-data'

/**
 * Finds the declared media type of a body: the type itself, or else the longest range, such as `text/*`
 * (OpenAPI 3.1, §4.8.14).
 * @param type without parameters
 */
export function findMediaType<T extends { mediaType: string }>(declared: T[], type: string): T | undefined {
  const [group] = type.split('/')
  const rank = ({ mediaType }: T) => {
    const essence = essenceOf(mediaType) ?? mediaType
    return [type, `${group}/*`, '*/*'].indexOf(essence)
  }
  return declared.filter((each) => rank(each) >= 0).sort((a, b) => rank(a) - rank(b))[0]
}

/**
 * Chooses one of several representations by the `Accept` header (RFC 9110, §12.5.1). If none is acceptable,
 * it is the first, because a mock has nothing better to send.
 */
export function negotiate<T extends { mediaType: string }>(available: T[], accept = '*/*'): T | undefined {
  const ranges = accept.split(',').map((part) => {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return { range, quality: weight === undefined ? 1 : Number(weight.slice(2)) || 0 }
  })
  const qualityOf = ({ mediaType }: T) => {
    const type = essenceOf(mediaType) ?? mediaType
    const [group] = type.split('/')
    const [best] = [type, `${group}/*`, '*/*'].flatMap(
      (range) => ranges.find((candidate) => candidate.range === range) ?? [],
    )
    return best?.quality ?? 0
  }
  return [...available].sort((a, b) => qualityOf(b) - qualityOf(a))[0]
}
