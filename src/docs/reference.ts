import { readFile } from 'node:fs/promises'
import { variantNames } from '../../generated/index.ts'
import type { Api } from '../catalog/api.ts'
import { controls } from '../common/controls.ts'
import type { Document } from '../openapi/document.ts'
import type { Html, Page } from '../ui/page.ts'
import { renderInBrowser } from './browser-reference.ts'
import { sampleLanguages, withCodeSamples } from './code-samples.ts'
import { readRedoc } from './redoc-script.ts'
import { referenceDocument } from './reference-document.ts'
import { readControls } from './summary.ts'

export interface ReferenceOptions {
  /** The API; undefined for the development controls of sandboxes. */
  api: Api | undefined
  /** The language of the page, for example `en` or `ko`. */
  language: string
  /** The pages with the same content in other languages. Their URLs are relative to this page. */
  otherLanguages: { language: string; url: string }[]
  /** Where the page is shown: in the hub, or in a static site. */
  target: 'hub' | 'site'
  /** The links on top of the page. None by default. */
  navigation?: Html
  /** The URL of the page that lists all APIs, relative to this page. */
  home: string
  /** The URL of the folder with the files for download, relative to this page. */
  files: string
  /** The URL of a page of the docs, relative to this page. */
  url: (path: string) => string
  /** How to reach the mock of the API: a URL or a command, in Markdown. None for the controls. */
  mock?: string | undefined
  /** The URL of a server of the API, for the code samples: the sandbox, or else the mock. */
  sandbox: string
  /** The URL of the page that calls operations. Without it, the reference has no links to one. */
  console?: string
  /** The URL of another server, which the code samples call instead. Only this one is shown. */
  server?: string | undefined
  /** Replaces the `servers` of the contract. */
  servers?: { url: string }[]
  /** A script of the page, which may connect to the server of the page. Only for contracts of users. */
  script?: string
}

/**
 * The Content Security Policy. Redoc inlines script and style, and runs its search in a worker from a blob.
 */
export const referencePolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  'connect-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** A placeholder in built pages for the script that all of them share. It makes up 80 percent of a page. */
export const sharedScript = '<!-- shared script -->'

/** A placeholder in built pages for the navigation, which depends on the APIs that the hub serves. */
export const navigationPlace = '<!-- navigation -->'

/**
 * The folder of the pages that `npm run build` renders. It exists in the package only, not in the repository.
 */
const builtPages = new URL('../../docs/', import.meta.url)

/**
 * Loads the reference page of one API: that of a contract of the user, or with another server, is rendered in
 * the browser. The others are built in the package, and rendered on demand in the repository.
 */
export async function loadReference(options: ReferenceOptions): Promise<Page> {
  const { api, server } = options
  if (api && (server !== undefined || !variantNames.some((name) => name === api.name)))
    return renderInBrowser(await pageDocument(options), options)
  const html = await readBuilt(options)
  return html === undefined ? renderNow(options) : { html, policy: referencePolicy }
}

async function readBuilt(options: ReferenceOptions): Promise<string | undefined> {
  const page = await readFile(new URL(builtPage(options), builtPages), 'utf8').catch(() => undefined)
  if (page === undefined) return undefined
  const script = await readRedoc()
  const navigation = String((await options.navigation) ?? '')
  return page.replace(sharedScript, () => script).replace(navigationPlace, () => navigation)
}

/** Returns the path of a built page in the folder of all built pages. */
export function builtPage({ target, api, language }: ReferenceOptions): string {
  const subject = api?.name ?? controls
  return language === 'en' ? `${target}/${subject}.html` : `${target}/${subject}.${language}.html`
}

/** Renders a page. Works in the repository only, because Redocly is a development dependency. */
export async function renderNow(options: ReferenceOptions): Promise<Page> {
  const { renderReference } = await import('./render-reference.ts')
  return renderReference(await pageDocument(options), options)
}

/** Returns the contract as the page shows it, with code that calls its operations. */
async function pageDocument(options: ReferenceOptions): Promise<Document> {
  const { api, language, mock, sandbox, server, servers, console } = options
  const contract = await (api ? api.readDocument(language) : readControls())
  const described = referenceDocument(contract, { mock, console }, language)
  // The typed client has the operations of an API only.
  const samples = sampleLanguages.filter(({ id }) => api || id !== 'client')
  const name = api?.name ?? controls
  if (server === undefined) {
    const document = withCodeSamples(described, contract, name, sandbox, true, samples)
    return { ...document, ...(servers && { servers }) }
  }
  const document = withCodeSamples(described, contract, name, server, false, samples)
  return { ...document, servers: [{ url: server }] }
}
