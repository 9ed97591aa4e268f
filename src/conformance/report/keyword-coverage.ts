import type { Schema } from '../../openapi/document.ts'
import { toPointer } from '../../openapi/pointer.ts'
import { followRef } from '../../openapi/resolve-ref.ts'
import type { Side } from '../../openapi/side.ts'
import { type Contract, mediaTypeFor, mediaTypeOf, responseFor, schemaOf } from '../contract/contract.ts'
import { readParameter } from '../contract/parameters.ts'
import { misfit } from '../contract/schema-check.ts'
import { childrenOf } from '../contract/schema-children.ts'
import type { Exchange } from '../exchange.ts'
import { parseJson } from '../parse.ts'
import { aspectsOf } from './keyword-aspects.ts'

/** A demand of a schema, or one way to meet or violate it. */
export interface KeywordItem {
  side: Side
  /** The JSON Pointer of the schema in the contract. */
  schema: string
  keyword: string
  /** The value that has to be seen, such as `"admin"` of an `enum`, or `above 100` of a `maximum`. */
  aspect: string
  isCovered: boolean
}

/** Which keywords of the schemas the exchanges exercised. */
export interface KeywordCoverage {
  request: { covered: number; total: number }
  response: { covered: number; total: number }
  items: KeywordItem[]
}

/** Finds out which keywords of the contract's schemas the exchanges exercised. */
export function measureKeywords(contract: Contract, exchanges: Exchange[]): KeywordCoverage {
  const items = new Map<string, KeywordItem>()
  const visited = new Set<string>()
  const { document } = contract

  /** Adds what a schema demands, and everything below it. */
  function declare(node: Schema, pointer: string, side: Side): void {
    const located = followRef(document, node, pointer)
    const schema = located.node
    if (visited.has(`${side} ${located.pointer}`)) return
    visited.add(`${side} ${located.pointer}`)
    for (const { keyword, aspect } of aspectsOf(schema, side)) add(side, located.pointer, keyword, aspect)
    for (const [child, step] of childrenOf(schema)) declare(child, located.pointer + step, side)
  }

  function add(side: Side, schema: string, keyword: string, aspect: string): void {
    items.set(`${side} ${schema} ${keyword} ${aspect}`, { side, schema, keyword, aspect, isCovered: false })
  }

  /** Marks what a value exercises of a schema. */
  function observe(node: Schema, pointer: string, side: Side, value: unknown, depth = 0): void {
    if (depth > 12) return
    const located = followRef(document, node, pointer)
    const schema = located.node
    for (const { keyword, aspect, isSeenIn } of aspectsOf(schema, side)) {
      const item = items.get(`${side} ${located.pointer} ${keyword} ${aspect}`)
      if (item && !item.isCovered) item.isCovered = isSeenIn(value)
    }
    for (const union of ['oneOf', 'anyOf'] as const) {
      const branches = (schema[union] ?? []).map((branch, index) => {
        const step = `${located.pointer}/${union}/${index}`
        const violated = contract
          .checkSchema(step, value, side)
          .map(({ pointer: keyword }) => keywordOf(keyword))
        return { branch, step, index, misfit: misfit(violated) }
      })
      // A value that no branch allows exercises the branch that it fits best.
      const least = Math.min(...branches.map((each) => each.misfit))
      for (const { branch, step, index } of branches.filter((each) => each.misfit === least)) {
        const item = items.get(`${side} ${located.pointer} ${union} branch ${index + 1}`)
        if (item && least === 0) item.isCovered = true
        observe(branch, step, side, value, depth + 1)
      }
    }
    schema.allOf?.forEach((branch, index) => {
      observe(branch, `${located.pointer}/allOf/${index}`, side, value, depth + 1)
    })
    if (Array.isArray(value)) {
      if (schema.items)
        for (const each of value) observe(schema.items, `${located.pointer}/items`, side, each, depth + 1)
      return
    }
    if (typeof value !== 'object' || value === null) return
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      if (Object.hasOwn(value, name))
        observe(
          property,
          located.pointer + toPointer('properties', name),
          side,
          (value as Record<string, unknown>)[name],
          depth + 1,
        )
  }

  for (const { parameters, body, responses } of contract.operations) {
    const media = body && mediaTypeOf(body)
    if (media?.node.schema) declare(media.node.schema, `${media.pointer}/schema`, 'request')
    for (const { node, pointer } of parameters)
      if (node.schema) declare(node.schema, `${pointer}/schema`, 'request')
    for (const response of responses.values()) {
      const content = mediaTypeOf(response)
      if (content?.node.schema) declare(content.node.schema, `${content.pointer}/schema`, 'response')
    }
  }
  for (const { operation, request, response } of exchanges) {
    if (!operation) continue
    const media = operation.body && mediaTypeOf(operation.body)
    const sent = parseJson(request.body)
    if (media?.node.schema && sent !== undefined)
      observe(media.node.schema, `${media.pointer}/schema`, 'request', sent)
    for (const parameter of operation.parameters) {
      const schema = schemaOf(parameter)
      const text = readParameter(contract, parameter, operation, request)
      if (schema && text !== undefined)
        observe(schema.node, schema.pointer, 'request', contract.checkText(schema.pointer, text).value)
    }
    const declared = responseFor(operation, response.status)
    const content = declared && mediaTypeFor(declared, response.headers.get('content-type'))
    if (content?.node.schema && response.body !== undefined)
      observe(content.node.schema, `${content.pointer}/schema`, 'response', response.body)
  }
  const all = [...items.values()]
  const count = (side: Side) => {
    const ofSide = all.filter((item) => item.side === side)
    return { covered: ofSide.filter(({ isCovered }) => isCovered).length, total: ofSide.length }
  }
  return { request: count('request'), response: count('response'), items: all }
}

const keywordOf = (pointer: string): string => pointer.slice(pointer.lastIndexOf('/') + 1)
