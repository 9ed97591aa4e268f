import { readFile } from 'node:fs/promises'
import { collectionUrl, type VariantName } from '../../generated/index.ts'

/** The files of an API for download, apart from its contract: collections of requests, and the changelog. */
export const downloads = ['postman.json', 'bruno.json', 'CHANGELOG.md'] as const
export type Download = (typeof downloads)[number]

/** Reads a file for download. The collections are for the sandbox at its default URL. */
export function readDownload(variant: VariantName, file: Download): Promise<string> {
  return readFile(urlOf(variant, file), 'utf8')
}

function urlOf(variant: VariantName, file: Download): URL {
  if (file === 'CHANGELOG.md') return new URL(`../../openapi/${variant}/CHANGELOG.md`, import.meta.url)
  return collectionUrl(variant, file === 'postman.json' ? 'postman' : 'bruno')
}
