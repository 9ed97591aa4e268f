import { readFile } from 'node:fs/promises'
import { translations, translationUrl, type VariantName } from '../../generated/index.ts'
import type { Document } from '../openapi/document.ts'
import { readContract } from './summary.ts'

/** The languages of the reference of an API, starting with that of the contract. */
export function languagesOf(variant: VariantName): string[] {
  return ['en', ...translations[variant]]
}

/** Reads the bundled document of an API with its texts in a language. */
export async function readContractIn(language: string, variant: VariantName): Promise<Document> {
  if (language === 'en') return readContract(variant)
  return JSON.parse(await readFile(translationUrl(variant, language), 'utf8'))
}
