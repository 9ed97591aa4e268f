import { UserError } from '../common/user-error.ts'
import { toPointer, valueAt } from '../openapi/pointer.ts'
import { createDownload } from './download.ts'
import { findAnchor } from './find-anchor.ts'
import { assertTarget, type Origin, pointerOf } from './find-target.ts'
import { hoist } from './hoist.ts'
import { readFileOrUrl, type SourceFile } from './read-file.ts'
import { type Locate, locateIn } from './source-location.ts'
import { type Reference, referencesOf, walk } from './walk.ts'

// Why not @redocly/openapi-core or json-schema-ref-parser: the first brings 21 packages (29 MB), and after
// both a violation can no longer be traced to the file and line that the user wrote.

/** The key of the root below which the other files of a contract are stored until their parts are moved. */
const filesKey = 'x-files'

/** The keys of the schemas that a mapping can name. */
const schemasKeys = ['components', 'schemas']

/** A contract in one document. */
export interface Bundle {
  document: Record<string, unknown>
  /** Finds the original file and line of a pointer into the bundle. */
  locate: Locate
}

interface Part {
  file: SourceFile
  /** The pointer of the file's root in the bundle. */
  pointer: string
  locate: Locate
}

/**
 * Reads all files that a contract refers to, and moves what they contain to the components of the first.
 * References of path items are replaced by their targets.
 * @param name the name of the first file, to show in messages
 * @param onFile is called with each file and its name in messages, before it is read
 * @throws {UserError} if a file cannot be read, or a reference has no target
 */
export async function bundle(
  url: URL,
  name: string,
  onFile: (file: URL, name: string) => void,
): Promise<Bundle> {
  const parts: Part[] = []
  /** The parts by the URLs that files refer to, and those that these redirect to. */
  const byUrl = new Map<string, Part>()
  /** The references as their files have them, by the references into the bundle that replace them. */
  const origins = new Map<string, Origin>()

  const download = createDownload()

  /** @param from what refers to the file; none for the first one */
  async function load(
    target: URL,
    label: string,
    from?: { base: URL; place: Origin['place'] },
  ): Promise<Part> {
    const known = byUrl.get(target.href)
    if (known) return known
    onFile(target, label)
    const file = await readFileOrUrl(target, { name: label, base: from?.base, download }).catch((error) => {
      if (!from || !(error instanceof UserError)) throw error
      throw new UserError(`${error.message} (${from.place()})`, { cause: error })
    })
    const redirected = byUrl.get(file.url.href)
    if (redirected) {
      byUrl.set(target.href, redirected)
      return redirected
    }
    const pointer = parts.length === 0 ? '' : toPointer(filesKey, String(parts.length))
    const part = { file, pointer, locate: locateIn(label, file.text) }
    parts.push(part)
    byUrl.set(target.href, part).set(file.url.href, part)
    await rewrite(part)
    return part
  }

  function loadReferred(
    path: string,
    { name, url: base }: SourceFile,
    place: Origin['place'],
  ): Promise<Part> {
    const target = resolveFile(path, base)
    const label = base.protocol === 'file:' ? relativeName(name, path) : target.href
    return load(target, label, { base, place })
  }

  /** Makes all references of a file point into the bundle, and reads the files that they name. */
  async function rewrite(from: Part): Promise<void> {
    const { name, text, content } = from.file
    const references: Reference[] = []
    walk(content, (node) => references.push(...referencesOf(node)))
    for (const { holder, key, isMapping } of references) {
      const original = holder[key] ?? ''
      const place = () => `${name}:${lineOf(key, original, text)}`
      const owner = isMapping ? ownerOf(original, from) : undefined
      const [path = '', fragment = ''] = owner
        ? ['', toPointer(...schemasKeys, original)]
        : original.split('#')
      const part = owner ?? (path ? await loadReferred(path, from.file, place) : from)
      const inFile =
        fragment === '' || fragment.startsWith('/') ? fragment : findAnchor(part.file.content, fragment)
      if (inFile === undefined) throw new UserError(`${place()} refers to ${original}, which does not exist.`)
      const reference = `#${part.pointer}${inFile}`
      holder[key] = reference
      if (!origins.has(reference)) origins.set(reference, { text: original, place })
    }
  }

  /**
   * Finds the part with the schema that a mapping names, the first file if none has it. Undefined for a
   * reference, which a mapping can also have (OpenAPI 3.1.1, section 4.8.25).
   */
  function ownerOf(name: string, from: Part): Part | undefined {
    const owners = [from, ...parts.slice(0, 1)]
    const pointer = toPointer(...schemasKeys, name)
    const owner = owners.find(({ file }) => valueAt(file.content, pointer) !== undefined)
    return owner ?? (/[/#]|\.(?:json|ya?ml)$/i.test(name) ? undefined : owners.at(-1))
  }

  const root = await load(url, name)
  // An empty file has no content, and a text file only a string.
  const document = Object(root.file.content) as Record<string, unknown>
  if (parts.length > 1)
    document[filesKey] = Object.fromEntries(
      parts.slice(1).map(({ file }, index) => [String(index + 1), file.content]),
    )
  const moved = inlinePathItems(document)
  // Only now, because a reference can lead through a path item in another file.
  for (const [reference, origin] of origins)
    if (reference.startsWith('#/')) assertTarget(document, reference, origin)
  Object.assign(
    moved,
    hoist(document, (pointer) => fileNameOf(pointer, parts)),
  )
  delete document[filesKey]
  const byLength = [...parts].sort((a, b) => b.pointer.length - a.pointer.length)

  return {
    document,
    locate(pointer) {
      const prefix = Object.keys(moved).find((each) => isBelow(pointer, each))
      const original = prefix === undefined ? pointer : moved[prefix] + pointer.slice(prefix.length)
      const part = byLength.find((each) => isBelow(original, each.pointer)) ?? root
      return part.locate(original.slice(part.pointer.length))
    },
  }
}

/**
 * Resolves the file of a reference.
 * @throws {UserError} if it is not a URL, or is a file of this machine in a contract from the network,
 *   whose author could read it in the rendered pages
 */
function resolveFile(path: string, base: URL): URL {
  const url = URL.parse(path, base.href)
  if (!url || !['http:', 'https:', 'file:'].includes(url.protocol))
    throw new UserError(`The contract refers to ${path}, which is neither a path nor an http or https URL.`)
  if (url.protocol === 'file:' && base.protocol !== 'file:')
    throw new UserError(
      `${base.href} refers to ${path}. A contract from the network cannot contain files of this machine.`,
    )
  return url
}

/** Returns the name of the file whose root is at a pointer, without its extension. */
function fileNameOf(pointer: string, parts: Part[]): string | undefined {
  const name = parts.find((part) => part.pointer === pointer)?.file.name
  return name && /([^/]+?)(?:\.\w+)?$/.exec(name)?.[1]
}

/** Returns the first line that has a reference as the value of a key. */
function lineOf(key: string, reference: string, text: string): number {
  const value = (line: string) => line.slice(line.indexOf(key) + key.length)
  const isWhole = (part: string) => {
    const end = part.indexOf(reference) + reference.length
    return end >= reference.length && !/[^\s'",}]/.test(part.charAt(end))
  }
  const lines = text.split('\n')
  const line = lines.findIndex((each) => each.includes(key) && isWhole(value(each)))
  return (line < 0 ? lines.findIndex(isWhole) : line) + 1
}

const isBelow = (pointer: string, ancestor: string) =>
  ancestor === '' || pointer === ancestor || pointer.startsWith(`${ancestor}/`)

/** Resolves a path against the file that refers to it, for messages. */
function relativeName(from: string, path: string): string {
  if (/^\w+:\/\//.test(path)) return path
  const folders = from.split('/').slice(0, -1)
  for (const step of path.split('/')) {
    if (step === '..' && folders.length > 0 && folders.at(-1) !== '..') folders.pop()
    else if (step !== '.') folders.push(step)
  }
  return folders.join('/')
}

/**
 * Replaces the references of path items by their targets.
 * @returns the pointer of each target, by the pointer of its path
 */
function inlinePathItems(document: Record<string, unknown>): Record<string, string> {
  const moved: Record<string, string> = {}
  const paths = (document.paths ?? {}) as Record<string, { $ref?: string } | undefined>
  for (const [path, item] of Object.entries(paths)) {
    const { $ref } = item ?? {}
    const target = $ref === undefined ? undefined : valueAt(document, pointerOf($ref))
    if ($ref === undefined || target === undefined) continue
    const { $ref: _, ...rest } = { ...item }
    paths[path] = { ...(target as object), ...rest }
    moved[toPointer('paths', path)] = pointerOf($ref)
  }
  return moved
}
