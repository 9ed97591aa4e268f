import type { Context } from 'hono'
import { type VariantName, variantNames } from '../../generated/index.ts'

/** Returns the API in the path of a request. See `variantIn`. */
export const toVariantName = ({ req }: Context): VariantName | undefined => variantIn(req.path)

/** Returns the API in a path such as `/mock/<variant>/...`, without decoding its name. */
export function variantIn(path: string): VariantName | undefined {
  const name = path.split('/')[2]
  return variantNames.find((variant) => variant === name)
}
