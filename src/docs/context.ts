import type { Api } from '../catalog/api.ts'
import { readOnce } from '../common/read-once.ts'
import { type Guide, listGuides } from '../guides/index.ts'
import type { Document } from '../openapi/document.ts'
import { type FlowDocument, loadFlows } from '../snippets/index.ts'
import type { Html } from '../ui/page.ts'
import type { PageUrl } from './paths.ts'

/** Where the docs are shown. */
export interface DocsOptions {
  url: PageUrl
  /** Returns the URL of the sandbox of an API, or else of its mock, which generated code calls. */
  baseUrl: (api: Api) => string
  /** Returns the URL of another server that the code of operations calls instead, if there is one. */
  server?: (api: Api) => string | undefined
  /** Renders the links on top of the page at a path of the docs. None by default. */
  navigation?: ((path: string) => Html) | undefined
  /** Returns the URL of the console of an API. Without it, pages have no links to one. */
  console?: (api: Api) => string
}

/** Everything that the pages of one API are made of. */
export interface DocsContext {
  api: Api
  /** The name of the API. */
  variant: string
  document: Document
  /** The title of the API in each language of its contract. */
  titles: Record<string, string>
  guides: Guide[]
  flows: FlowDocument
  url: PageUrl
  baseUrl: string
  server?: string | undefined
  navigation?: DocsOptions['navigation']
  console?: string | undefined
}

type Sources = Pick<DocsContext, 'api' | 'variant' | 'document' | 'titles' | 'guides' | 'flows'>

export async function readContext(
  api: Api,
  { url, baseUrl, server, navigation, console }: DocsOptions,
): Promise<DocsContext> {
  return {
    ...(await readSources(api)),
    url,
    baseUrl: baseUrl(api),
    server: server?.(api),
    navigation,
    console: console?.(api),
  }
}

/** Every page of an API is made of the same files, which are read once per process. */
const readSources = readOnce<Api, Sources>(async (api) => {
  const { name } = api
  const [document, titles, guides, flows] = await Promise.all([
    api.readDocument(),
    readTitles(api),
    listGuides(name),
    loadFlows(name),
  ])
  return { api, variant: name, document, titles, guides, flows }
})

async function readTitles({ languages, readDocument }: Api): Promise<Record<string, string>> {
  const entries = languages.map(async (language) => {
    const { info } = await readDocument(language)
    return [language, info.title] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Tells whether an API has guides, in whatever language. */
export const hasGuides = ({ guides }: Pick<DocsContext, 'guides'>): boolean => guides.length > 0

/** Tells whether an API has journeys. */
export const hasJourneys = ({ flows }: Pick<DocsContext, 'flows'>): boolean => flows.workflows.length > 0
