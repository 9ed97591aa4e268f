import type { Parameter } from './document.ts'

/** How a value is written as text (OpenAPI 3.1, §4.8.12.3). */
export interface Style {
  style: string
  explode: boolean
}

/** Returns the style of a parameter, with the defaults of its location. */
export function styleOf({
  in: location,
  style = location === 'query' || location === 'cookie' ? 'form' : 'simple',
  explode = style === 'form',
}: {
  in: Parameter['in']
  style?: string | undefined
  explode?: boolean | undefined
}): Style {
  return { style, explode }
}

/** The text between the items of a list that is one text. */
export const separatorOf = (style: string): string =>
  ({ spaceDelimited: ' ', pipeDelimited: '|' })[style] ?? ','
