import { readFile } from 'node:fs/promises'
import {
  contractUrl,
  translations,
  translationUrl,
  type VariantName,
  variantNames,
} from '../../generated/index.ts'
import { controls } from '../common/controls.ts'
import { listGuides } from '../guides/index.ts'
import { contractEntries, describedEntries } from './contract-entries.ts'
import type { Entry } from './entry.ts'
import { guideEntries } from './guide-entries.ts'

/** Reads the contracts and guides of all APIs. */
export async function readEntries(): Promise<Entry[]> {
  return (await Promise.all(variantNames.map(readEntriesOf))).flat()
}

/** Reads the contract of the development controls. */
export async function readControlsEntries(): Promise<Entry[]> {
  const file = new URL('../../generated/_dev/openapi.json', import.meta.url)
  return contractEntries(controls, await readJson(file))
}

async function readEntriesOf(variant: VariantName): Promise<Entry[]> {
  const [document, translated, guides] = await Promise.all([
    readJson(contractUrl(variant)),
    readTranslation(variant),
    listGuides(variant),
  ])
  return [...contractEntries(variant, document), ...translated, ...guideEntries(guides, document)]
}

/** Reads operations and schemas in Korean, if the contract is translated. Its errors are not. */
async function readTranslation(variant: VariantName): Promise<Entry[]> {
  const language = 'ko'
  if (!translations[variant].includes(language)) return []
  return describedEntries({ variant, language, document: await readJson(translationUrl(variant, language)) })
}

const readJson = async (url: URL) => JSON.parse(await readFile(url, 'utf8'))
