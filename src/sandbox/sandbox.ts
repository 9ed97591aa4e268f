import type { VariantName } from '../../generated/index.ts'
import { openResources, type Resources } from '../server/resources.ts'
import { type RunningServer, runServer } from '../server/server.ts'
import { closeOnFailure, isFile, openStore, type SharedStore } from '../server/store.ts'
import { withUserErrors } from '../server/user-errors.ts'
import { assertServedName } from '../server/variant-name.ts'
import { breakInProcess } from './broken-connection.ts'
import { composeSandbox, type Platform } from './compose.ts'
import { createInboxEvents } from './inbox-events.ts'
import { type Isolation, isolate } from './isolation/isolate.ts'
import { settingsOfNamed } from './isolation/named-settings.ts'
import { asPage, redirectToDevPage } from './pages/index.ts'
import { completeSettings, type SandboxSettings } from './settings.ts'
import { createSnapshotFolder } from './snapshots/folder.ts'
import { createMemorySnapshots } from './snapshots/storage.ts'

export interface Sandbox extends RunningServer {
  /**
   * Handles a request in process, like `app.request` of Hono.
   * @param input a path of the contract or of a development control, a URL or a request
   */
  request: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
}

/**
 * Creates a development server of one API, without a listener. By default, it is in memory and has the
 * users of the contract's examples. It has an inbox instead of a mail server, simulated OAuth providers,
 * and development controls below `/__dev`. Requests that name a sandbox, by `/~<name>` at the start of the
 * path or by the header `X-Sandbox`, get a separate one, which the first of them creates.
 * @param name the name of the API
 * @throws {UserError} when the name or a setting is invalid
 * @example
 * const sandbox = await createSandbox('<variant>')
 * const { users } = await (await sandbox.request('/__dev/seed')).json()
 * await sandbox.close()
 */
export function createSandbox(name: VariantName, settings: SandboxSettings = {}): Promise<Sandbox> {
  return withUserErrors(async () => {
    assertServedName(name)
    let isolation: Isolation | undefined
    const shared: SharedParts = {
      hashes: new Map(),
      pages: { asPage, redirectToDevPage, createInboxEvents },
      named: {
        list: () => isolation?.list() ?? [],
        remove: (sandbox) => isolation?.remove(sandbox) ?? false,
      },
    }
    const { server, resources } = await open(name, settings, shared)
    const { host = '127.0.0.1', allowedHosts = [], isolation: limits = {} } = settings
    const { maxSandboxes = 100, idleSeconds = 15 * 60 } = limits
    const isolated = isolate({
      ...{ server, resources, host, allowedHosts },
      ...{ max: maxSandboxes, idleMs: idleSeconds * 1000 },
      open: async (sandbox) =>
        (await open(name, settingsOfNamed(sandbox, settings, resources), shared)).server,
    })
    isolation = isolated
    const { publicUrl } = server
    const fetch = breakInProcess(isolated.fetch)
    return {
      ...server,
      ...{ fetch, close: isolated.close },
      request: async (input, init) => fetch(requestOf(publicUrl, input, init)),
    }
  })
}

/** Parts that the default sandbox and the named ones share. */
type SharedParts = Omit<Platform, 'open' | 'snapshots'>

async function open(name: VariantName, settings: SandboxSettings, shared: SharedParts) {
  const store = await openStore(settings, name)
  return closeOnFailure(store, () => start(name, store, settings, shared))
}

async function start(
  name: VariantName,
  store: SharedStore,
  settings: SandboxSettings,
  shared: SharedParts,
): Promise<{ server: RunningServer; resources: Resources }> {
  const complete = await completeSettings(settings, store)
  const { resources, current, inboxSignal } = await composeSandbox(name, settings, {
    ...shared,
    snapshots: snapshotStorage(settings),
    open: (site, clock) => openResources(name, store, complete, { site, clock }),
  })
  const server = runServer(resources, current)
  async function close() {
    inboxSignal.close()
    await server.close()
  }
  return { server: { ...server, close }, resources }
}

/** Snapshots survive a restart if the database is a file. */
function snapshotStorage({ store }: SandboxSettings) {
  return store !== undefined && isFile(store)
    ? createSnapshotFolder(`${store}-snapshots`)
    : createMemorySnapshots()
}

function requestOf(publicUrl: string, input: string | URL | Request, init?: RequestInit): Request {
  if (typeof input !== 'string' || /^https?:\/\//.test(input)) return new Request(input, init)
  return new Request(new URL(input, new URL(publicUrl).origin), init)
}
