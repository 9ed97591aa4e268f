import type { VariantName } from '../../generated/index.ts'
import { type Guide, listGuides } from '../guides/index.ts'
import type { Document } from '../openapi/document.ts'
import { type FlowDocument, loadFlows } from '../snippets/index.ts'
import type { Html } from '../ui/page.ts'
import { languagesOf, readContractIn } from './languages.ts'
import type { PageUrl } from './paths.ts'
import { readContract } from './summary.ts'

/** Where the docs are shown. */
export interface DocsOptions {
  url: PageUrl
  /** Returns the URL of a server of an API, to which generated code sends its requests. */
  baseUrl: (variant: VariantName) => string
  /** Renders the links on top of the page at a path of the docs. None by default. */
  navigation?: ((path: string) => Html) | undefined
  /** Returns the URL of the console of an API. Without it, pages have no links to one. */
  console?: (variant: VariantName) => string
}

/** Everything that the pages of one API are made of. */
export interface DocsContext {
  variant: VariantName
  document: Document
  /** The title of the API in each language of its contract. */
  titles: Record<string, string>
  guides: Guide[]
  flows: FlowDocument
  url: PageUrl
  baseUrl: string
  navigation?: DocsOptions['navigation']
  console?: string | undefined
}

type Sources = Pick<DocsContext, 'variant' | 'document' | 'titles' | 'guides' | 'flows'>

export async function readContext(
  variant: VariantName,
  { url, baseUrl, navigation, console }: DocsOptions,
): Promise<DocsContext> {
  const sources = cache.get(variant) ?? readSources(variant)
  cache.set(variant, sources)
  sources.catch(() => cache.delete(variant))
  return { ...(await sources), url, baseUrl: baseUrl(variant), navigation, console: console?.(variant) }
}

/** Every page of an API is made of the same files, which are read once per process. */
const cache = new Map<VariantName, Promise<Sources>>()

async function readSources(variant: VariantName): Promise<Sources> {
  const [document, titles, guides, flows] = await Promise.all([
    readContract(variant),
    readTitles(variant),
    listGuides(variant),
    loadFlows(variant),
  ])
  return { variant, document, titles, guides, flows }
}

async function readTitles(variant: VariantName): Promise<Record<string, string>> {
  const entries = languagesOf(variant).map(async (language) => {
    const { info } = await readContractIn(language, variant)
    return [language, info.title] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
