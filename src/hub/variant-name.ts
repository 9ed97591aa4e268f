import type { Context } from 'hono'
import { type VariantName, variantNames } from '../../generated/index.ts'

/** Returns the API in a path such as `/mock/<variant>/...`, without decoding its name. */
export function toVariantName({ req }: Context): VariantName | undefined {
  const name = req.path.split('/')[2]
  return variantNames.find((variant) => variant === name)
}
