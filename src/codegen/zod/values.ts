import { type Code, call, type Layout, method, raw } from '../code.ts'
import { type JsonTypes, typeOfValue } from './json-types.ts'

/**
 * Renders the values of `const` or `enum`.
 * @param types the types of the values; the others are left out
 * @param isConstant whether there is only one value
 */
export function renderValues(all: unknown[], types: JsonTypes, isConstant: boolean): Layout {
  const values = all.filter((value) => types.has(typeOfValue(value)))
  if (values.length === 0) return raw('z.never()')
  if (values.some((value) => typeof value === 'object' && value !== null))
    return method(raw('z.unknown()'), 'check', call('isOneOf', values as Code[]))
  const present = values.filter((value) => value !== null) as Code[]
  if (present.length === 0) return raw('z.null()')
  const zod = renderPrimitives(present, isConstant)
  return present.length < values.length ? method(zod, 'nullable') : zod
}

function renderPrimitives(values: Code[], isConstant: boolean): Layout {
  if (!isConstant && values.every((value) => typeof value === 'string')) return call('z.enum', values)
  return values.length === 1 ? call('z.literal', ...values) : call('z.literal', values)
}
