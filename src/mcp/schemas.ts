import { z } from 'zod'
import type { Catalog } from '../catalog/api.ts'
import { unknownName } from '../common/unknown-name.ts'
import { guideLanguages } from '../guides/guide.ts'

/**
 * Creates the schema of a name. Its error lists the names, the most similar ones first.
 * @param findMeaning finds the name that an unknown name means
 */
export function nameOf<Name extends string>(
  kind: string,
  names: readonly Name[],
  findMeaning?: (text: string) => Name | undefined,
) {
  return z.enum(names, {
    error: ({ input }) =>
      input === undefined
        ? `Pass the ${kind}: ${names.join(', ')}.`
        : unknownName(kind, String(input), names, findMeaning?.(String(input))),
  })
}

/** Creates the schema of the name of an API. */
export const variantIn = ({ names }: Catalog) => nameOf('API', names).describe('The API.')

export const language = nameOf('language', guideLanguages).describe(
  'The language of the guide. Use the language in which the user writes.',
)

export const operationId = z
  .string()
  .min(1, 'operationId must not be empty')
  .max(100)
  .describe('The id of the operation, such as signIn. list_operations returns the ids.')
