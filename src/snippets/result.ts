import type { Response } from '../openapi/document.ts'
import { refName } from '../openapi/resolve-ref.ts'
import { toIdentifier } from './values.ts'

/** The parts of a successful response that code reads. */
export type Result =
  /** Some properties of a JSON object. */
  | { kind: 'properties'; names: string[] }
  /** The whole JSON value, as a variable of this name. */
  | { kind: 'value'; name: string }
  /** The header `Location`. */
  | { kind: 'location' }
  | { kind: 'none' }

/** Variables of generated code, and words that no language here accepts as a variable. */
const takenNames = [
  ...[
    'data',
    'error',
    'response',
    'body',
    'form',
    'class',
    'default',
    'delete',
    'export',
    'from',
    'function',
  ],
  ...[
    'global',
    'import',
    'in',
    'is',
    'lambda',
    'new',
    'package',
    'pass',
    'private',
    'public',
    'return',
    'with',
  ],
]

/** Objects with more properties are kept whole. */
const maxProperties = 4

/**
 * Chooses the parts of a response that code reads: its tokens, or else all properties if they are few, or
 * else the object.
 * @param example the body of the response
 */
export function resultOf({ content = {}, headers = {} }: Response, example: unknown): Result {
  const [mediaType, media] = Object.entries(content)[0] ?? []
  if (!media) return { kind: Object.keys(headers).includes('Location') ? 'location' : 'none' }
  if (!/[/+]json\b|\*/.test(mediaType ?? '')) return { kind: 'none' }
  const isObject = typeof example === 'object' && example !== null && !Array.isArray(example)
  const names = isObject ? Object.keys(example) : []
  const tokens = names.filter((name) => /^(?:access|refresh)_?token$/i.test(name))
  if (tokens.length > 0) return { kind: 'properties', names: tokens }
  // An object with an id is a thing, such as a user or a key.
  const canDeclare = names.every((name) => /^[A-Za-z]\w*$/.test(name) && !takenNames.includes(name))
  if (names.length > 0 && names.length <= maxProperties && !names.includes('id') && canDeclare)
    return { kind: 'properties', names }
  return { kind: 'value', name: variableNameOf(media.schema?.$ref) }
}

/** Names a variable after a schema. */
function variableNameOf($ref: string | undefined): string {
  if ($ref === undefined || /Response$|Or[A-Z]/.test($ref)) return 'data'
  const name = toIdentifier(refName({ $ref }))
  return takenNames.includes(name) ? 'data' : name
}
