import { UserError } from '../common/user-error.ts'
import type { Document } from '../openapi/document.ts'
import { renderBruno } from './bruno.ts'
import { bundleContract } from './bundle.ts'
import { renderCatalog, renderDocuments, renderVariantRoutes } from './catalog.ts'
import { createCollection } from './collection.ts'
import { type Contract, findContracts, isVariant } from './contracts.ts'
import { createDefaults } from './defaults.ts'
import { renderDocument, renderEntry } from './entry.ts'
import { nameSchemas } from './names.ts'
import { downConvert } from './openapi-3.0.ts'
import { readOverlays } from './overlays.ts'
import { renderPostman } from './postman.ts'
import { renderRoutes } from './routes.ts'
import { renderSchemas } from './schemas.ts'
import { translate } from './translate.ts'
import { renderTypes } from './types.ts'
import { type Files, writeOutput } from './write-output.ts'

/**
 * Generates all code from the contracts in the folder `contracts` into the folder `out`.
 * @returns the names of the variants
 * @throws {UserError} with the problems of all contracts, in which case `out` is unchanged
 */
export async function generate({ contracts, out }: { contracts: string; out: string }): Promise<string[]> {
  const found = await findContracts(contracts)
  const variants = found.map(({ variant }) => variant).filter(isVariant)
  if (variants.length === 0)
    throw new UserError(`${contracts} contains no contracts. Add one as <variant>/openapi.yaml.`)
  const bundles = await settleAll(found.map(bundleWithTranslations))
  const rendered = await Promise.all(bundles.map(renderVariant))
  const files: Files = new Map(rendered.flat())
  files.set('index.ts', renderCatalog(bundles.filter(({ variant }) => isVariant(variant))))
  files.set('documents.ts', renderDocuments(variants))
  files.set('variant-routes.ts', renderVariantRoutes(variants))
  await writeOutput(files, out)
  return variants
}

/** A bundled contract and its translations by language. */
interface Bundle {
  variant: string
  document: Document
  translations: Record<string, Document>
}

async function bundleWithTranslations(contract: Contract): Promise<Bundle> {
  const document = await bundleContract(contract)
  const overlays = await readOverlays(contract)
  const translations = overlays.map((overlay) => [overlay.language, translate(document, overlay)])
  return { variant: contract.variant, document, translations: Object.fromEntries(translations) }
}

/** Waits for all tasks before it throws, so that one run reports the problems of all contracts. */
async function settleAll<T>(tasks: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(tasks)
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason)
  const unexpected = failures.find((failure) => !(failure instanceof UserError))
  if (unexpected) throw unexpected
  if (failures.length > 0) throw new UserError(failures.map(({ message }) => message).join('\n'))
  return Promise.all(tasks)
}

async function renderVariant({ variant, document, translations }: Bundle) {
  const names = nameSchemas(document)
  const files: [path: string, text: string][] = [
    [`${variant}/openapi.json`, json(document)],
    ...Object.entries(translations).map(([language, translated]): [string, string] => [
      `${variant}/openapi.${language}.json`,
      json(translated),
    ]),
    ...(isVariant(variant) ? renderExports(variant, document) : []),
    [`${variant}/routes.ts`, renderRoutes(variant, document, names)],
    [`${variant}/schemas.ts`, renderSchemas(variant, names, createDefaults(document, names))],
    [`${variant}/types.ts`, await renderTypes(variant, document)],
  ]
  return files
}

/** Renders the files that the npm package exports. The project's own contracts do not need them. */
function renderExports(variant: string, document: Document): [path: string, text: string][] {
  const collection = createCollection(document, `http://localhost:4000/sandbox/${variant}`)
  return [
    [`${variant}/bruno.json`, json(renderBruno(collection))],
    [`${variant}/postman.json`, json(renderPostman(collection))],
    [`${variant}/openapi-3.0.json`, json(downConvert(document))],
    [`${variant}/document.ts`, renderDocument(variant)],
    [`${variant}/index.ts`, renderEntry(variant)],
  ]
}

const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`
