import { call, type Layout, method, raw } from '../code.ts'
import { withChecks } from './checks.ts'
import type { JsonSchema } from './json-schema.ts'
import type { Renderer } from './renderer.ts'

const keywords = ['items', 'prefixItems', 'minItems', 'maxItems', 'contains'] as const

/** Tells whether a schema has keywords for arrays. */
export function constrainsArrays(schema: JsonSchema): boolean {
  return schema.uniqueItems === true || keywords.some((keyword) => schema[keyword] !== undefined)
}

export function renderArray(schema: JsonSchema, renderer: Renderer): Layout {
  const { items = true, prefixItems, minItems, maxItems } = schema
  const { render } = renderer
  const checks: Layout[] = []
  if (prefixItems)
    checks.push(
      call(
        'prefixItems',
        prefixItems.map((item) => render(item)),
        render(items),
      ),
    )
  if (schema.uniqueItems) checks.push(raw('uniqueItems'))
  if (schema.contains !== undefined) {
    const { minContains = 1, maxContains } = schema
    const limits = maxContains === undefined ? [minContains] : [minContains, maxContains]
    checks.push(call('contains', render(schema.contains), ...limits))
  }
  let zod: Layout = call('z.array', prefixItems ? raw('z.unknown()') : render(items))
  if (minItems !== undefined) zod = method(zod, 'min', minItems)
  if (maxItems !== undefined) zod = method(zod, 'max', maxItems)
  const inner = prefixItems ? {} : { items }
  return withChecks(zod, checks, inner, renderer, raw('z.array(z.unknown())'))
}
