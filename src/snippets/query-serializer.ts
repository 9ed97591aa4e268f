import { styleOf } from '../openapi/parameter-style.ts'
import type { Call } from './call.ts'
import { encodedFields, queryFields, withBase } from './url.ts'
import { isText, toTypeScript, type Value } from './values.ts'

/** How openapi-fetch writes the lists and objects of a query by default. */
const defaults = {
  array: { style: 'form', explode: true },
  object: { style: 'deepObject', explode: true },
}

type Styles = { [Kind in keyof typeof defaults]?: { style: string; explode: boolean } }

/**
 * Returns the option `querySerializer` of openapi-fetch for the query of a call.
 * @returns undefined if the defaults write it as the contract says
 */
export function querySerializer(call: Call, write: (value: Value) => string): string | undefined {
  const { query, declared = [] } = call
  const parameters = declared.filter(
    ({ in: location, name }) => location === 'query' && isNested(query[name]),
  )
  const styles: Styles = {}
  for (const parameter of parameters) {
    const kind = Array.isArray(query[parameter.name]) ? 'array' : 'object'
    const { style: name, explode } = styleOf(parameter)
    // The style deepObject has no other form.
    const style = { style: name, explode: explode || name === 'deepObject' }
    // The options are the same for all lists, and for all objects.
    if (parameter.content || !isSame(styles[kind] ?? style, style))
      return `() => ${write(withBase('', encodedFields(queryFields(call))))}`
    styles[kind] = style
  }
  const changed = Object.entries(styles).filter(
    ([kind, style]) => !isSame(defaults[kind as keyof Styles], style),
  )
  return changed.length > 0 ? toTypeScript(Object.fromEntries(changed), 0) : undefined
}

const isNested = (value: Value | undefined) => typeof value === 'object' && value !== null && !isText(value)

const isSame = (a: object, b: object) => JSON.stringify(a) === JSON.stringify(b)
