import { readFile } from 'node:fs/promises'
import type { Api, Catalog } from '../catalog/api.ts'
import { controls } from '../common/controls.ts'
import { listGuides } from '../guides/index.ts'
import { contractEntries, describedEntries } from './contract-entries.ts'
import type { Entry } from './entry.ts'
import { guideEntries } from './guide-entries.ts'

/** Reads the contracts and guides of all APIs. */
export async function readEntries({ apis }: Catalog): Promise<Entry[]> {
  return (await Promise.all(apis.map(readEntriesOf))).flat()
}

/** Reads the contract of the development controls. */
export async function readControlsEntries(): Promise<Entry[]> {
  const file = new URL('../../generated/_dev/openapi.json', import.meta.url)
  return contractEntries(controls, JSON.parse(await readFile(file, 'utf8')))
}

async function readEntriesOf(api: Api): Promise<Entry[]> {
  const [document, translated, guides] = await Promise.all([
    api.readDocument(),
    readTranslation(api),
    listGuides(api.name),
  ])
  return [...contractEntries(api.name, document), ...translated, ...guideEntries(guides, document)]
}

/** Reads operations and schemas in Korean, if the contract is translated. Its errors are not. */
async function readTranslation(api: Api): Promise<Entry[]> {
  const language = 'ko'
  if (!api.languages.includes(language)) return []
  return describedEntries({ variant: api.name, language, document: await api.readDocument(language) })
}
