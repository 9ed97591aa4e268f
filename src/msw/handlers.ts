import { type HttpHandler, http } from 'msw'
import type { VariantName } from '../../generated/index.ts'
import { pathsInOrder } from '../http/paths.ts'
import { breakInProcess, isBrokenConnection } from '../sandbox/broken-connection.ts'
import { composeSandbox } from '../sandbox/compose.ts'
import { simulatorPath } from '../sandbox/generation.ts'
import type { NamedSandboxes } from '../sandbox/isolation/isolate.ts'
import type { SandboxSettings } from '../sandbox/settings.ts'
import { createMemorySnapshots } from '../sandbox/snapshots/storage.ts'
import { uploadsPath } from '../server/build-server.ts'
import { localUrls } from '../server/settings.ts'
import { assertServedName } from '../server/variant-name.ts'
import { connectWith, type FrontendOptions, type TestSandbox } from '../testing/connect.ts'
import type { ServedVariant } from '../variants/variant.ts'
import { createCookieJar } from './cookies.ts'
import { serveInProcess } from './in-process.ts'
import { openSaved, type PageStorage, type SavedSandbox, saveOnLeave } from './page-storage.ts'
import { openWebResources } from './resources.ts'
import { pageOrigin, toAbsoluteUrl } from './urls.ts'

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
 * @throws {UserError} when the name or an option is invalid
 * @example
 * const auth = await createHandlers('<variant>', { baseUrl: 'https://api.example.com' })
 * const server = setupServer(...auth.handlers)
 * const { headers } = await auth.signIn('ada@example.org')
 */
export async function createHandlers<Name extends VariantName>(
  name: Name,
  { baseUrl, webUrl, localStorage, operator, storage }: HandlersOptions,
): Promise<MockedSandbox<Name>> {
  assertServedName(name)
  const publicUrl = toAbsoluteUrl(baseUrl)
  const frontendUrl = webUrl ?? pageOrigin() ?? localUrls.webUrl
  const id = `${name}:${publicUrl}`
  const settings = {
    publicUrl,
    origins: [frontendUrl],
    ...(webUrl !== undefined && { webUrl }),
    ...(operator && { operator }),
  }
  async function open(saved?: SavedSandbox) {
    const composed = await composeSandbox(name, settings, {
      hashes: new Map(),
      named: noNamedSandboxes,
      snapshots: createMemorySnapshots(),
      open: (site, clock) => openWebResources(name, { ...site, webUrl: frontendUrl }, clock, saved),
    })
    return { ...composed, saved }
  }
  const { resources, current, saved } = await (storage ? openSaved(storage, id, open) : open())
  const fetchApp = breakInProcess((request, connection) =>
    current().app.fetch(request, { ip: null, ...connection }),
  )
  const server = serveInProcess(publicUrl, fetchApp)
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
    const response = await server.handle(request, jar.headerFor(request)).catch((error) => {
      if (isBrokenConnection(error)) return Response.error()
      throw error
    })
    jar.store(response)
    return response
  }

  const helpers = await connectWith<Name>(server.fetch, publicUrl, {
    webUrl: frontendUrl,
    ...(localStorage && { localStorage }),
  })
  return {
    ...helpers,
    handlers: pathsOf(resources.variant).map((path) => http.all(`${publicUrl}${path}`, respondToFrontend)),
    async reset() {
      await helpers.reset()
      jar.clear()
    },
  }
}

/** Returns the paths that a frontend uses: those of the contract, of simulated providers, and of uploads. */
function pathsOf({ routes, providers, hasUploads }: ServedVariant): string[] {
  return [
    ...pathsInOrder(routes).map(({ routingPath }) => routingPath),
    ...(providers.length > 0 ? [`${simulatorPath}/*`] : []),
    ...(hasUploads ? [`${uploadsPath}/*`] : []),
  ]
}

/** A sandbox inside a test needs no names: another call of `createHandlers` is another sandbox. */
const noNamedSandboxes: NamedSandboxes = { list: () => [], remove: () => false }
