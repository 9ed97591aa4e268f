import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { keysOf } from '../openapi/pointer.ts'

/** A place in the source of a contract. Lines count from 1. */
export interface SourceLocation {
  file: string
  line: number
  /** The JSON Pointer in the file. */
  pointer: string
}

/** Finds the place of a JSON Pointer, or of the nearest ancestor that the source has. */
export type Locate = (pointer: string) => SourceLocation

/**
 * Creates a function that finds lines in a document.
 * @param file the name of the document, for the results
 * @param text JSON or YAML. It is parsed at the first call, because only reports of failures need lines
 */
export function locateIn(file: string, text: string): Locate {
  let parsed: { document: ReturnType<typeof parseDocument>; lines: LineCounter } | undefined
  return (pointer) => {
    parsed ??= parse(text)
    let offset = 0
    let node: unknown = parsed.document.contents
    for (const key of keysOf(pointer)) {
      const found = childOf(node, key)
      if (!found) break
      offset = found.offset
      node = found.value
    }
    return { file, line: parsed.lines.linePos(offset).line, pointer }
  }
}

/** Finds the value below a key or index, and the offset at which the key or item begins. */
function childOf(node: unknown, key: string): { offset: number; value: unknown } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)]
    return isNode(item) ? { offset: item.range?.[0] ?? 0, value: item } : undefined
  }
  const pair = isMap(node)
    ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined
  return pair && { offset: isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0, value: pair.value }
}

function parse(text: string) {
  const lines = new LineCounter()
  return { document: parseDocument(text, { lineCounter: lines, keepSourceTokens: false }), lines }
}
