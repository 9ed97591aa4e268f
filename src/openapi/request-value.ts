import type { Exemplified, Header, MediaType, Schema } from './document.ts'
import { resolveRef } from './resolve-ref.ts'

/** The description of a value in a request: a media type of the body, a parameter, or its media type. */
export type Described = Exemplified & Pick<MediaType, 'schema'>

/** Returns where a parameter or header has its schema and examples: in itself, or in its only media type. */
export const describedBy = (parameter: Header): Described =>
  Object.values(parameter.content ?? {})[0] ?? parameter

/** Returns the names of all examples of the parts of a request, valid ones first. */
export function exampleNamesOf(parts: Described[]): string[] {
  const groups = [
    ...parts.map(({ examples }) => examples),
    ...parts.map((part) => part['x-invalid-examples']),
  ]
  return [...new Set(groups.flatMap((examples = {}) => Object.keys(examples)))]
}

interface ValueOptions {
  /** Whether the part is sent without an example of the name. */
  isRequired: boolean
  /** Builds a value for the schema of the part. */
  sample: (schema: Schema) => unknown
  /** Whether an example of another name can be sent. By default, all can. */
  isValid?: (value: unknown) => boolean
}

/**
 * Chooses the value of a part of a request: its example of the name, valid or not. If the part is required,
 * its first valid example or a sample of its schema replaces a missing one.
 * @param name the name of the example, if any
 * @returns undefined if the request does not have the part
 */
export function chooseValue(
  document: object,
  part: Described,
  name: string | undefined,
  { isRequired, sample, isValid = () => true }: ValueOptions,
): unknown {
  const { examples = {}, 'x-invalid-examples': invalid = {}, example, schema } = part
  const found = name === undefined ? undefined : (examples[name] ?? invalid[name])
  const named = found && resolveRef(document, found).value
  if (named !== undefined || !isRequired) return named
  // An example without a value refers to an external one.
  const given = [...Object.values(examples).map((each) => resolveRef(document, each).value), example].filter(
    (value) => value !== undefined,
  )
  return given.find(isValid) ?? (schema && sample(schema))
}
