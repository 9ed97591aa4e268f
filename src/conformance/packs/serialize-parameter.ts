import type { Parameter } from '../../openapi/document.ts'
import { type Fields, parameterFields } from '../../openapi/serialize.ts'

/** The texts of a parameter by their names: an object in the query can become several parameters. */
export type ParameterTexts = Record<string, string | string[]>

/** Writes a parameter in its style. The texts of a list stay a list, unless they are one text. */
export function serializeParameter(parameter: Parameter, value: unknown): ParameterTexts {
  const fields = parameterFields(parameter, value)
  if (fields.length === 0 && Array.isArray(value)) return { [parameter.name]: [] }
  return groupFields(fields)
}

/** Returns the texts of fields by their names. */
export function groupFields(fields: Fields): ParameterTexts {
  const groups = Map.groupBy(fields, ([name]) => name)
  return Object.fromEntries(
    [...groups].map(([name, group]) => {
      const texts = group.map(([, text]) => text)
      return [name, texts.length === 1 ? (texts[0] ?? '') : texts]
    }),
  )
}
