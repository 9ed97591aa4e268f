import { writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { type Api, type Catalog, type Download, defaultServerPath } from '../catalog/api.ts'
import { readCollection } from '../catalog/collection-file.ts'
import { contractOption } from '../catalog/contract-option.ts'
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

/** The URLs of servers by the name of the API. */
type Servers = ReadonlyMap<string, string>

/**
 * Writes the docs as a static site: an index, and one folder per API with its reference, collections and
 * changelog. Existing files are replaced.
 * @param servers the servers of reference, code samples and downloads, in place of the sandboxes and mocks of
 *   this machine. Guides and journeys are about the sandbox in any case.
 * @returns the paths of the written files, relative to the folder
 * @throws {NodeJS.ErrnoException} when the folder cannot be created or written
 */
export async function buildSite(
  folder: string,
  catalog: Catalog,
  servers: Servers = new Map(),
): Promise<string[]> {
  const siteOptions = { ...localOptions, server: ({ name }: Api) => servers.get(name) }
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
        const reference = siteReference(api, language, servers.get(name))
        await write([...path, 'index.html'], (await loadReference(reference)).html)
      }
      for (const file of api.downloads)
        await write([name, file], await readDownload(api, file, servers.get(name)))
      for (const page of await pagesOf(api, siteOptions)) await writePage(page)
    }),
  )
  return written
}

/** Pages link to each other by relative URLs, so that the site works in any folder and without a server. */
const localOptions: DocsOptions = {
  url: (from, to) => posix.relative(posix.dirname(from), to),
  baseUrl: (api) => `http://localhost:4000${defaultServerPath(api)}`,
}

/** Reads a file for download that names a server, if there is one, in place of those of the contract. */
async function readDownload(api: Api, file: Download, server: string | undefined): Promise<string> {
  if (server === undefined || file === 'CHANGELOG.md') return api.readDownload(file)
  if (file !== 'openapi-3.0.json') return readCollection(api, file, server)
  const document = JSON.parse(await api.readDownload(file))
  return `${JSON.stringify({ ...document, servers: [{ url: server }] }, null, 2)}\n`
}

/**
 * Returns the options of the reference page of an API in a static site.
 * @param server the URL of the server that the page is about; by default, the sandbox or mock of this machine
 */
export function siteReference(api: Api, language: string, server?: string): ReferenceOptions {
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
    url: (path) => localOptions.url(referencePath(name, language), path),
    sandbox: localOptions.baseUrl(api),
    server,
    mock: server === undefined ? `\`${mockCommand(api)}\`` : undefined,
  }
}

/** Returns the command that starts the mock. Code samples of an API without a sandbox call it. */
function mockCommand(api: Api): string {
  const option = contractOption(api)
  return option === undefined ? `npx auth-contracts mock ${api.name}` : `npx auth-contracts start ${option}`
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
    url: (path) => localOptions.url(controlsPath, path),
    sandbox: `http://localhost:4000/sandbox/${apiOfExamples(document)}`,
  }
}
