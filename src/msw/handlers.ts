import { type HttpHandler, http } from 'msw'
import { type VariantName, variantNames } from '../../generated/index.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { UserError } from '../common/user-error.ts'
import { pathsInOrder } from '../http/paths.ts'
import { composeSandbox } from '../sandbox/compose.ts'
import { simulatorPath } from '../sandbox/generation.ts'
import type { NamedSandboxes } from '../sandbox/isolation/isolate.ts'
import type { SandboxSettings } from '../sandbox/settings.ts'
import { uploadsPath } from '../server/build-server.ts'
import { localUrls } from '../server/settings.ts'
import { connectWith, type FrontendOptions, type TestSandbox } from '../testing/connect.ts'
import { createCookieJar } from './cookies.ts'
import { serveInProcess } from './in-process.ts'
import { loadSandbox, type PageStorage, saveOnLeave } from './page-storage.ts'
import { openWebResources } from './resources.ts'

export interface HandlersOptions extends FrontendOptions, Pick<SandboxSettings, 'operator'> {
  /** The URL to which the frontend appends the paths of the contract. In a page, it can be relative to it. */
  baseUrl: string
  /**
   * Keeps users, sessions, mails, cookies and the time when the page is reloaded: `sessionStorage`. By
   * default, a reload restores the initial data.
   */
  storage?: PageStorage
}

/** The handlers for MSW, and what tests do with the sandbox behind them. */
export interface MockedSandbox<Name extends VariantName = VariantName> extends TestSandbox<Name> {
  /** One handler for each path of the contract. */
  handlers: HttpHandler[]
}

/**
 * Creates handlers for MSW that run the sandbox of an API inside a test or a page. Its data is in memory and
 * belongs to this call only.
 * @param name the name of the API
 * @throws {UserError} when an option is invalid
 * @example
 * const auth = await createHandlers('<variant>', { baseUrl: 'https://api.example.com' })
 * const server = setupServer(...auth.handlers)
 * const { headers } = await auth.signIn('ada@example.org')
 */
export async function createHandlers<Name extends VariantName>(
  name: Name,
  { baseUrl, webUrl, localStorage, operator, storage }: HandlersOptions,
): Promise<MockedSandbox<Name>> {
  if (!variantNames.includes(name)) throwUnknown('API', name, variantNames)
  const publicUrl = toAbsoluteUrl(baseUrl)
  const frontendUrl = webUrl ?? pageOrigin() ?? localUrls.webUrl
  const id = `${name}:${publicUrl}`
  const saved = storage && loadSandbox(storage, id)
  const { resources, current } = await composeSandbox(
    name,
    {
      publicUrl,
      origins: [frontendUrl],
      ...(webUrl !== undefined && { webUrl }),
      ...(operator && { operator }),
    },
    {
      hashes: new Map(),
      named: noNamedSandboxes,
      open: (site, clock) => openWebResources(name, { ...site, webUrl: frontendUrl }, clock, saved),
    },
  )
  const server = serveInProcess(publicUrl, (request) => current().app.fetch(request, { ip: null }))
  const now = () => current().clock.now()
  const jar = createCookieJar(now, saved?.cookies)
  if (saved) current().clock.advance(saved.offsetSeconds)
  if (storage)
    saveOnLeave(storage, id, resources.store, () => ({
      secret: resources.secrets[0] ?? '',
      offsetSeconds: Math.round((now() - Date.now()) / 1000),
      cookies: jar.list(),
    }))

  async function respondToFrontend({ request }: { request: Request }): Promise<Response> {
    const response = await server.handle(request, jar.headerFor(request))
    jar.store(response)
    return response
  }

  const { variant } = resources
  const paths = [
    ...pathsInOrder(variant.routes).map(({ routingPath }) => routingPath),
    ...(variant.providers.length > 0 ? [`${simulatorPath}/*`] : []),
    ...(variant.hasUploads ? [`${uploadsPath}/*`] : []),
  ]
  const helpers = await connectWith<Name>(server.fetch, publicUrl, {
    webUrl: frontendUrl,
    ...(localStorage && { localStorage }),
  })
  return {
    ...helpers,
    handlers: paths.map((path) => http.all(`${publicUrl}${path}`, respondToFrontend)),
    async reset() {
      await helpers.reset()
      jar.clear()
    },
  }
}

/** A sandbox inside a test needs no names: another call of `createHandlers` is another sandbox. */
const noNamedSandboxes: NamedSandboxes = { list: () => [], remove: () => false }

/** Returns the origin of the page, also of a simulated one in a test; undefined for a page without a URL. */
function pageOrigin(): string | undefined {
  const origin = globalThis.location?.origin
  return origin?.startsWith('http') ? origin : undefined
}

/** @throws {UserError} when the URL is invalid, or relative outside of a page */
function toAbsoluteUrl(baseUrl: string): string {
  const page = pageOrigin()
  const url = URL.canParse(baseUrl, page) ? new URL(baseUrl, page) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new UserError(
      `baseUrl: ${JSON.stringify(baseUrl)} is not the base URL of an API, such as https://api.example.com.`,
    )
  return url.href.replace(/\/+$/, '')
}
