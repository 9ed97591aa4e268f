import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type VariantName, variantNames } from '../../generated/index.ts'
import { makeFolder } from '../common/make-folder.ts'
import { downloads, readDownload } from './downloads.ts'
import { renderIndex } from './index-page.ts'
import { languagesOf } from './languages.ts'
import { loadReference, type ReferenceOptions } from './reference.ts'
import { readSummaries } from './summary.ts'

/**
 * Writes the docs as a static site: an index, and one folder per API with its reference, collections and
 * changelog. Existing files are replaced.
 * @param onFile called with the path of each written file
 * @throws {NodeJS.ErrnoException} when the folder cannot be created or written
 */
export async function buildSite(folder: string, onFile: (path: string) => void): Promise<void> {
  const write = async (path: string[], text: string) => {
    const file = join(folder, ...path)
    await writeFile(file, text)
    onFile(file)
  }
  makeFolder(folder)
  await write(['index.html'], (await renderIndex(await readSummaries())).html)
  await Promise.all(
    variantNames.map(async (variant) => {
      for (const language of languagesOf(variant)) {
        const path = language === 'en' ? [variant] : [variant, language]
        makeFolder(join(folder, ...path))
        await write([...path, 'index.html'], (await loadReference(siteReference(variant, language))).html)
      }
      for (const file of downloads) await write([variant, file], await readDownload(variant, file))
    }),
  )
}

/** Returns the options of the reference page of an API in a static site. */
export function siteReference(variant: VariantName, language: string): ReferenceOptions {
  const files = language === 'en' ? '.' : '..'
  return {
    variant,
    language,
    otherLanguages: languagesOf(variant)
      .filter((other) => other !== language)
      .map((other) => ({
        language: other,
        url: other === 'en' ? `${files}/index.html` : `${files}/${other}/index.html`,
      })),
    target: 'site',
    home: language === 'en' ? '../index.html' : '../../index.html',
    files,
    sandbox: `http://localhost:4000/sandbox/${variant}`,
    mock: `\`npx auth-contracts mock ${variant}\``,
  }
}
