import { writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { type Api, type Catalog, defaultServerPath } from '../catalog/api.ts'
import { controls } from '../common/controls.ts'
import { makeFolder } from '../common/make-folder.ts'
import type { Document } from '../openapi/document.ts'
import type { DocsOptions } from './context.ts'
import { apiOfExamples, controlsPath } from './controls.ts'
import { renderIndex } from './index-page.ts'
import { type DocsPage, llmsPages, pagesOf } from './pages.ts'
import { referencePath } from './paths.ts'
import { loadReference, type ReferenceOptions } from './reference.ts'
import { readControls, readSummaries } from './summary.ts'

/**
 * Writes the docs as a static site: an index, and one folder per API with its reference, collections and
 * changelog. Existing files are replaced.
 * @returns the paths of the written files, relative to the folder
 * @throws {NodeJS.ErrnoException} when the folder cannot be created or written
 */
export async function buildSite(folder: string, catalog: Catalog): Promise<string[]> {
  const written: string[] = []
  const write = async (path: string[], text: string) => {
    await writeFile(join(folder, ...path), text)
    written.push(join(...path))
  }
  const writePage = async ({ path, render }: DocsPage) => {
    makeFolder(join(folder, dirname(path)))
    const content = await render()
    await write([path], typeof content === 'string' ? content : content.html)
  }
  makeFolder(folder)
  for (const page of llmsPages(catalog, siteOptions)) await writePage(page)
  await write(['index.html'], (await renderIndex(await readSummaries(catalog))).html)
  if (catalog.apis.some(({ server }) => server)) {
    makeFolder(join(folder, controls))
    const document = await readControls()
    await write([controls, 'index.html'], (await loadReference(siteControls(document))).html)
    await write([controls, 'openapi.json'], `${JSON.stringify(document, null, 2)}\n`)
  }
  await Promise.all(
    catalog.apis.map(async (api) => {
      const { name } = api
      for (const language of api.languages) {
        const path = language === 'en' ? [name] : [name, language]
        makeFolder(join(folder, ...path))
        await write([...path, 'index.html'], (await loadReference(siteReference(api, language))).html)
      }
      for (const file of api.downloads) await write([name, file], await api.readDownload(file))
      for (const page of await pagesOf(api, siteOptions)) await writePage(page)
    }),
  )
  return written
}

/** Pages link to each other by relative URLs, so that the site works in any folder and without a server. */
const siteOptions: DocsOptions = {
  url: (from, to) => posix.relative(posix.dirname(from), to),
  baseUrl: (api) => `http://localhost:4000${defaultServerPath(api)}`,
}

/** Returns the options of the reference page of an API in a static site. */
export function siteReference(api: Api, language: string): ReferenceOptions {
  const { name } = api
  const files = language === 'en' ? '.' : '..'
  return {
    api,
    language,
    otherLanguages: api.languages
      .filter((other) => other !== language)
      .map((other) => ({
        language: other,
        url: other === 'en' ? `${files}/index.html` : `${files}/${other}/index.html`,
      })),
    target: 'site',
    home: language === 'en' ? '../index.html' : '../../index.html',
    files,
    url: (path) => siteOptions.url(referencePath(name, language), path),
    sandbox: siteOptions.baseUrl(api),
    mock: `\`npx auth-contracts mock ${name}\``,
  }
}

/** Returns the options of the reference page of the development controls in a static site. */
export function siteControls(document: Document): ReferenceOptions {
  return {
    api: undefined,
    language: 'en',
    otherLanguages: [],
    target: 'site',
    home: '../index.html',
    files: '.',
    url: (path) => siteOptions.url(controlsPath, path),
    sandbox: `http://localhost:4000/sandbox/${apiOfExamples(document)}`,
  }
}
