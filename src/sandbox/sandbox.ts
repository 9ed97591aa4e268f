import type { VariantName } from '../../generated/index.ts'
import { wakeOnMail } from '../adapters/mail-worker.ts'
import { createChangeSignal } from '../common/change-signal.ts'
import { createSite, openResources, type Resources } from '../server/resources.ts'
import { type RunningServer, runServer } from '../server/server.ts'
import { closeOnFailure, openStore, type SharedStore } from '../server/store.ts'
import { withUserErrors } from '../server/user-errors.ts'
import type { SandboxData } from '../variants/sandbox-data.ts'
import { withExampleFiles } from './example-files.ts'
import { createGeneration, type Generation, type GenerationOptions } from './generation.ts'
import { type Isolation, isolate, type NamedSandboxes } from './isolation/isolate.ts'
import { settingsOfNamed } from './isolation/named-settings.ts'
import { sandboxData } from './registry.ts'
import { createSeeding, type PasswordHashes } from './seeding.ts'
import { completeSettings, type SandboxSettings } from './settings.ts'

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
 * path or by the header `X-Sandbox`, get an isolated one, which the first of them creates.
 * @param name the name of the API
 * @throws {UserError} when a setting is invalid
 * @example
 * const sandbox = await createSandbox('<variant>')
 * const { users } = await (await sandbox.request('/__dev/seed')).json()
 * await sandbox.close()
 */
export function createSandbox(name: VariantName, settings: SandboxSettings = {}): Promise<Sandbox> {
  return withUserErrors(async () => {
    let isolation: Isolation | undefined
    const shared: Shared = {
      hashes: new Map(),
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
    return {
      ...server,
      ...{ fetch: isolated.fetch, close: isolated.close },
      request: async (input, init) => isolated.fetch(requestOf(publicUrl, input, init)),
    }
  })
}

/** Parts that the default sandbox and the named ones share. */
interface Shared {
  hashes: PasswordHashes
  named: NamedSandboxes
}

async function open(name: VariantName, settings: SandboxSettings, shared: Shared) {
  const store = await openStore(settings, name)
  return closeOnFailure(store, () => start(name, store, settings, shared))
}

async function start(
  name: VariantName,
  store: SharedStore,
  settings: SandboxSettings,
  shared: Shared,
): Promise<{ server: RunningServer; resources: Resources }> {
  const examples = settings.examples ?? (await sandboxData[name]?.()) ?? emptyData
  const complete = await completeSettings(settings, store)
  const origins = [...(settings.origins ?? []), ...(examples.origins ?? [])]
  const opened: Resources = await openResources(name, store, complete, {
    site: createSite({ ...complete, origins }, { local: true }),
    clock: {
      now: () => generations.current().clock.now(),
      elapsed: () => generations.current().clock.elapsed(),
    },
  })
  const inboxSignal = createChangeSignal()
  let isClosed = false
  const resources = {
    ...opened,
    store: wakeOnMail(opened.store, inboxSignal.notify),
    files: withExampleFiles(opened.files, examples.files ?? []),
  }
  const generations = createGenerations(resources, settings, examples, {
    ...shared,
    inboxSignal,
    isClosed: () => isClosed,
  })
  await generations.seed()
  const server = runServer(resources, generations.current)
  async function close() {
    isClosed = true
    inboxSignal.notify()
    await server.close()
  }
  return { server: { ...server, close }, resources }
}

/** The initial data of a variant that defines none. */
const emptyData: SandboxData = {
  seed: async () => ({ changes: [], users: [], apiKeys: [], tokens: [] }),
}

/** Creates the first generation of a sandbox, and the reset that replaces it. */
function createGenerations(
  resources: Resources,
  settings: SandboxSettings,
  examples: SandboxData,
  { hashes, ...shared }: Shared & Pick<GenerationOptions, 'inboxSignal' | 'isClosed'>,
) {
  const seeding = createSeeding(examples.seed, resources.store, hashes)
  const create = (): Generation =>
    createGeneration({ ...shared, resources, settings, examples, seeding, reset })
  let current = create()
  let lastReset: Promise<unknown> = Promise.resolve()

  /** Runs concurrent resets one after another. A failed reset changes nothing. */
  function reset(): Promise<void> {
    const done = lastReset.then(async () => {
      const next = create()
      const rows = await seeding.createRows(next.context.core)
      current.freeze()
      try {
        await seeding.replaceAll(rows)
      } catch (error) {
        current.unfreeze()
        throw error
      }
      current = next
      shared.inboxSignal.notify()
      await resources.files.clear()
    })
    lastReset = done.catch(() => {})
    return done
  }

  return { current: () => current, seed: () => seeding.seedIfEmpty(current.context.core) }
}

function requestOf(publicUrl: string, input: string | URL | Request, init?: RequestInit): Request {
  if (typeof input !== 'string' || /^https?:\/\//.test(input)) return new Request(input, init)
  return new Request(new URL(input, new URL(publicUrl).origin), init)
}
