import { join } from 'node:path'
import { UserError } from '../common/user-error.ts'
import { basePathOf } from '../openapi/base-path.ts'
import type { Document } from '../openapi/document.ts'
import { renderBruno } from './bruno.ts'
import { renderCatalog, renderDocuments, renderVariantRoutes } from './catalog.ts'
import { createCollection } from './collection.ts'
import { assertUsable, type Contract, findContracts, hasServer, isVariant } from './contracts.ts'
import { createDefaults } from './defaults.ts'
import { renderDocument, renderEntry } from './entry.ts'
import { ownStyle } from './header.ts'
import { leftOutOf } from './leave-out.ts'
import { nameSchemas } from './names.ts'
import { downConvert } from './openapi-3.0.ts'
import { readOverlays } from './overlays.ts'
import { renderPostman } from './postman.ts'
import { readContract } from './read-contract.ts'
import { renderRoutes } from './routes.ts'
import { renderSchemas } from './schemas.ts'
import { translate } from './translate.ts'
import { renderTypes } from './types.ts'
import { type Files, readFiles, writeOutput } from './write-output.ts'

/** The result of a run. */
export interface Outcome {
  /** The names of the variants whose code is up to date. */
  variants: string[]
  /** Why the others are not, with file and line. Their files are unchanged. */
  problems: string[]
  /** The parts of contracts for which there is no code, with file and line. */
  warnings: string[]
}

/**
 * Generates all code of a checkout of this repository.
 * @throws {UserError} if it has no contract
 */
export const generateRepository = (root: string, out = join(root, 'generated')): Promise<Outcome> =>
  generate({ contracts: join(root, 'openapi'), out, isServed: (variant) => hasServer(root, variant) })

/**
 * Generates all code from the contracts in the folder `contracts` into the folder `out`.
 * @param options.isServed tells whether a variant has a server, which needs the code of all operations. All
 *   have one by default
 * @throws {UserError} if there is no contract
 */
export async function generate(options: {
  contracts: string
  out: string
  isServed?: (variant: string) => boolean
}): Promise<Outcome> {
  const { contracts, out, isServed = () => true } = options
  const found = await findContracts(contracts)
  if (!found.some(({ variant }) => isVariant(variant)))
    throw new UserError(`${contracts} contains no contracts. Add one as <variant>/openapi.yaml.`)
  const results = await Promise.all(
    found.map((contract) => renderOrKeep(contract, out, isServed(contract.variant))),
  )
  const files: Files = new Map(results.flatMap(({ files }) => files))
  const entries = results.filter(({ variant, files }) => isVariant(variant) && files.length > 0)
  const names = entries.map(({ variant }) => variant)
  files.set('index.ts', renderCatalog(entries))
  files.set('documents.ts', renderDocuments(names))
  files.set('variant-routes.ts', renderVariantRoutes(names))
  await writeOutput(files, out)
  return {
    variants: entries.filter(({ problem }) => problem === undefined).map(({ variant }) => variant),
    problems: results.flatMap(({ problem = [] }) => problem),
    warnings: results.flatMap(({ warnings }) => warnings),
  }
}

interface Result {
  variant: string
  files: [path: string, text: string][]
  /** The path of the first server of the contract. */
  basePath: string
  /** The languages of the translations. */
  languages: string[]
  isServed: boolean
  warnings: string[]
  problem?: string
}

/** Renders the files of a contract, or returns the present ones if it is invalid. */
async function renderOrKeep(contract: Contract, out: string, isServed: boolean): Promise<Result> {
  const { variant } = contract
  try {
    assertUsable(contract)
    const { document, expressible, warnings } = await readContract(contract, isServed)
    const overlays = await readOverlays(contract)
    const translations = overlays.map((overlay) => [overlay.language, translate(document, overlay)])
    const server = isServed ? `/sandbox/${variant}` : `/mock/${variant}`
    const bundle = {
      ...{ variant, document, expressible, translations: Object.fromEntries(translations) },
      isServed,
      serverUrl: `http://localhost:4000${server}${basePathOf(document)}`,
    }
    const languages = overlays.map(({ language }) => language)
    return {
      variant,
      files: await renderVariant(bundle),
      basePath: basePathOf(document),
      languages,
      isServed,
      warnings,
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const files = await readFiles(out, variant)
    const languages = files.flatMap(([path]) => /\/openapi\.([\w-]+)\.json$/.exec(path)?.[1] ?? [])
    const [, text = '{}'] = files.find(([path]) => path === `${variant}/openapi.json`) ?? []
    return {
      variant,
      files,
      basePath: basePathOf(JSON.parse(text)),
      languages,
      isServed,
      warnings: [],
      problem: error.message,
    }
  }
}

/** A bundled contract and its translations by language. */
interface Bundle {
  variant: string
  document: Document
  /** The document without the operations that the generated code cannot express. */
  expressible: Document
  translations: Record<string, Document>
  /** The URL of the sandbox in the hub, or of the mock of an API without a server. */
  serverUrl: string
  /** Whether that server is a sandbox. */
  isServed: boolean
}

async function renderVariant(bundle: Bundle) {
  const { variant, document, expressible, translations } = bundle
  const names = nameSchemas(expressible)
  const defaultOf = createDefaults(expressible, names)
  const style = ownStyle(variant)
  const files: [path: string, text: string][] = [
    [`${variant}/openapi.json`, json(document)],
    ...Object.entries(translations).map(([language, translated]): [string, string] => [
      `${variant}/openapi.${language}.json`,
      json(translated),
    ]),
    ...(isVariant(variant) ? renderExports(bundle) : []),
    [
      `${variant}/routes.ts`,
      renderRoutes(expressible, names, defaultOf, style, leftOutOf(document, expressible)),
    ],
    [`${variant}/schemas.ts`, renderSchemas(names, defaultOf, style)],
    [`${variant}/types.ts`, await renderTypes(document, style)],
  ]
  return files
}

/** Renders the files that the npm package exports. The project's own contracts do not need them. */
function renderExports({ variant, document, serverUrl, isServed }: Bundle): [path: string, text: string][] {
  const collection = createCollection(document, serverUrl, { isSandbox: isServed })
  return [
    [`${variant}/bruno.json`, json(renderBruno(collection))],
    [`${variant}/postman.json`, json(renderPostman(collection))],
    [`${variant}/openapi-3.0.json`, json(downConvert(document))],
    [`${variant}/document.ts`, renderDocument(variant)],
    [`${variant}/index.ts`, renderEntry(variant)],
  ]
}

const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`
