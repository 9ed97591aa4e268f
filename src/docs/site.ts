import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type VariantName, variantNames } from '../../generated/index.ts'
import { makeFolder } from '../common/make-folder.ts'
import type { Page } from '../ui/page.ts'
import { renderIndex } from './index-page.ts'
import { loadReference, type ReferenceOptions } from './reference.ts'
import { readSummaries } from './summary.ts'

/**
 * Writes the docs as a static site: an index, and one folder per API. Existing files are replaced.
 * @param onFile called with the path of each written file
 * @throws {NodeJS.ErrnoException} when the folder cannot be created or written
 */
export async function buildSite(folder: string, onFile: (path: string) => void): Promise<void> {
  const write = async (path: string[], { html }: Page) => {
    const file = join(folder, ...path)
    await writeFile(file, html)
    onFile(file)
  }
  makeFolder(folder)
  await write(['index.html'], await renderIndex(await readSummaries()))
  await Promise.all(
    variantNames.map(async (variant) => {
      makeFolder(join(folder, variant))
      await write([variant, 'index.html'], await loadReference(siteReference(variant)))
    }),
  )
}

/** Returns the options of the reference page of an API in a static site. */
export function siteReference(variant: VariantName): ReferenceOptions {
  return {
    variant,
    target: 'site',
    home: '../index.html',
  }
}
