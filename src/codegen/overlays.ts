import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createConfig, lint } from '@redocly/openapi-core'
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Contract } from './contracts.ts'
import { throwProblems, toUserError, withRelativePaths } from './problems.ts'

/** The texts of a contract in another language, from an OpenAPI Overlay 1.0 document. */
export interface Overlay {
  /** The language in the name of the file, for example `ko`. */
  language: string
  actions: Action[]
}

export interface Action {
  /** The file and line of the action. */
  position: string
  /** A JSONPath (RFC 9535) into the bundled contract. */
  target: string
  update?: unknown
  remove?: boolean
  /** The hash of the English texts that were translated. */
  'x-source-hash'?: string
}

/**
 * Reads the overlays of a contract: the files `overlay.<language>.yaml` in its folder.
 * @throws {UserError} with file, line and column of every problem, if a file is not a valid overlay
 */
export async function readOverlays({ file }: Contract): Promise<Overlay[]> {
  const folder = dirname(file)
  const names = (await readdir(folder)).filter((name) => fileName.test(name))
  return Promise.all(names.sort().map((name) => readOverlay(join(folder, name))))
}

const fileName = /^overlay\.([a-z]{2}(?:-[A-Za-z]+)?)\.yaml$/

async function readOverlay(file: string): Promise<Overlay> {
  try {
    const config = await createConfig({ rules: { struct: 'error' } })
    throwProblems(await lint({ ref: file, config }))
  } catch (error) {
    throw toUserError(error, file)
  }
  const lineCounter = new LineCounter()
  const document = parseDocument(await readFile(file, 'utf8'), { lineCounter })
  const list = document.get('actions')
  const actions = (isSeq(list) ? list.items : []).filter(isMap).map((node) => {
    const { line } = lineCounter.linePos(node.range?.[0] ?? 0)
    return { ...node.toJS(document), position: `${withRelativePaths(file)}:${line}` }
  })
  return { language: fileName.exec(file.split(/[\\/]/).at(-1) ?? '')?.[1] ?? '', actions }
}
