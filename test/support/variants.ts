import { type VariantName, variantNames } from '../../generated/index.ts'
import { variants as loaders } from '../../src/variants/index.ts'

type Variants = { [Name in VariantName]: Awaited<ReturnType<(typeof loaders)[Name]>> }

/** All variants by name. */
export const variants = Object.fromEntries(
  await Promise.all(variantNames.map(async (name) => [name, await loaders[name]()])),
) as Variants
