import { readFile } from 'node:fs/promises'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import { listGuides } from '../guides/index.ts'
import { contractEntries } from './contract-entries.ts'
import type { Entry } from './entry.ts'
import { guideEntries } from './guide-entries.ts'

/** Reads the contracts and guides of all APIs. */
export async function readEntries(): Promise<Entry[]> {
  return (await Promise.all(variantNames.map(readEntriesOf))).flat()
}

async function readEntriesOf(variant: VariantName): Promise<Entry[]> {
  const [text, guides] = await Promise.all([readFile(contractUrl(variant), 'utf8'), listGuides(variant)])
  const document = JSON.parse(text)
  return [...contractEntries(variant, document), ...guideEntries(guides, document)]
}
