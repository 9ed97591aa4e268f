import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  basePaths,
  collectionUrl,
  contractUrl,
  translations,
  translationUrl,
  type VariantName,
  variantNames,
} from '../../generated/index.ts'
import { readOnce } from '../common/read-once.ts'
import type { Document } from '../openapi/document.ts'
import { isServed } from '../variants/index.ts'
import { type Api, type Catalog, createCatalog, type Download, downloads } from './api.ts'

const known = new Map<VariantName, Api>()

/** Describes the APIs of this package. They are the same objects each time, by which others cache. */
export const builtInApis = (): Api[] => variantNames.map(builtInApi)

/** Creates the catalog of the APIs of this package. */
export const builtInCatalog = (): Catalog => createCatalog(builtInApis())

/** Describes an API of this package. */
export function builtInApi(name: VariantName): Api {
  const api = known.get(name) ?? describeApi(name)
  known.set(name, api)
  return api
}

function describeApi(name: VariantName): Api {
  const readDocument = readOnce<string, Document>(async (language) =>
    JSON.parse(
      await readFile(language === 'en' ? contractUrl(name) : translationUrl(name, language), 'utf8'),
    ),
  )
  return {
    name,
    ...(isServed(name) && { server: name }),
    basePath: basePaths[name],
    languages: ['en', ...translations[name]],
    contract: contractUrl(name),
    readDocument: (language = 'en') => readDocument(language),
    downloads: downloads.filter((file) => existsSync(urlOf(name, file))),
    readDownload: (file) => readFile(urlOf(name, file), 'utf8'),
  }
}

function urlOf(name: VariantName, file: Download): URL {
  if (file === 'CHANGELOG.md') return new URL(`../../openapi/${name}/${file}`, import.meta.url)
  if (file === 'openapi-3.0.json') return contractUrl(name, '3.0')
  return collectionUrl(name, file === 'postman.json' ? 'postman' : 'bruno')
}

/** Returns the files without which the APIs cannot be served. A clone creates them. */
export const generatedFiles = (): URL[] =>
  variantNames.flatMap((name) => [contractUrl(name), contractUrl(name, '3.0')])
