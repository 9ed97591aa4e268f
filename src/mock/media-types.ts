import { essenceOf } from '../openapi/media-type.ts'

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
    const type = essenceOf(mediaType)
    const [group] = type.split('/')
    const [best] = [type, `${group}/*`, '*/*'].flatMap(
      (range) => ranges.find((candidate) => candidate.range === range) ?? [],
    )
    return best?.quality ?? 0
  }
  return [...available].sort((a, b) => qualityOf(b) - qualityOf(a))[0]
}
