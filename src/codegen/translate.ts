import { createHash } from 'node:crypto'
import { query } from 'json-p3'
import { UserError } from '../common/user-error.ts'
import type { Document } from '../openapi/document.ts'
import type { Action, Overlay } from './overlays.ts'

/**
 * Returns a contract with the texts of an overlay. An overlay can only replace prose, so that no translation
 * changes the API.
 * @throws {UserError} with file and line of every action that matches nothing or changes anything but prose
 */
export function translate(contract: Document, { actions }: Overlay): Document {
  const document = structuredClone(contract)
  const problems = actions.flatMap((action) => {
    const { position, target, remove } = action
    if (remove) return `${position} A translation cannot remove parts of the contract.`
    const matches = matchesOf(document, action)
    if (!Array.isArray(matches)) return `${position} ${target} is not a valid JSONPath: ${matches.error}.`
    if (matches.length === 0) return `${position} ${target} matches nothing in the contract.`
    const texts = matches.flatMap((match) => textsOf(action.update, match))
    for (const { parent, key, text } of texts.filter(isReplaceable)) parent[key] = text
    return texts
      .filter((text) => !isReplaceable(text))
      .map(({ path }) => `${position} ${target} has no prose at ${path.join('.')}.`)
  })
  if (problems.length > 0) throw new UserError(problems.join('\n'))
  return document
}

/** An action whose translation was made from other English texts than those of the contract. */
export interface StaleAction {
  position: string
  target: string
  /** The hash of the English texts now, for `x-source-hash`. */
  sourceHash: string
}

/** Returns the actions of a valid overlay that were translated from English texts that have changed since. */
export function findStale(contract: Document, { actions }: Overlay): StaleAction[] {
  return actions.flatMap((action) => {
    const matches = matchesOf(contract, action)
    const texts = Array.isArray(matches) ? matches.flatMap((match) => textsOf(action.update, match)) : []
    const sourceHash = hashOf(texts.map(({ parent, key }) => parent[key]))
    return action['x-source-hash'] === sourceHash
      ? []
      : [{ position: action.position, target: action.target, sourceHash }]
  })
}

type Node = Record<string, unknown>

/** A translated text, and the place of the English one. */
interface Text {
  path: string[]
  parent: Node
  key: string
  text: unknown
}

function matchesOf(document: Document, { target }: Action): unknown[] | { error: string } {
  try {
    // The types of json-p3 accept only values with an index signature.
    return query(target, document as unknown as Record<string, never>).values()
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** Pairs every leaf of an update with its place below a match, as a merge does. */
function textsOf(update: unknown, match: unknown, path: string[] = []): Text[] {
  const parent = isNode(match) ? match : {}
  return Object.entries(isNode(update) ? update : {}).flatMap(([key, value]) =>
    isNode(value)
      ? textsOf(value, parent[key], [...path, key])
      : [{ path: [...path, key], parent, key, text: value }],
  )
}

function isReplaceable({ path, parent, key, text }: Text): boolean {
  const isProse = ['title', 'summary', 'description'].includes(key) || path.at(-2) === 'x-enumDescriptions'
  return isProse && typeof text === 'string' && typeof parent[key] === 'string'
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Eight digits are enough to notice a change, and short enough to copy. */
const hashOf = (texts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 8)
