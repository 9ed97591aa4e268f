import type { ChangeSignal } from '../common/change-signal.ts'
import { type MountedApp, mountAt } from '../server/app.ts'
import { buildServer, type Extensions } from '../server/build-server.ts'
import { createContext, type ServerContext } from '../server/context.ts'
import { allowedHostnames } from '../server/hosts.ts'
import type { OperatorSettings } from '../server/operator-settings.ts'
import type { Resources } from '../server/resources.ts'
import type { Instance } from '../server/server.ts'
import type { SandboxData, Seed } from '../variants/sandbox-data.ts'
import { createClock, type MovableClock } from './clock.ts'
import { createControls } from './controls/app.ts'
import { guardControls } from './controls/guard.ts'
import { type ControlledSettings, createControlledSettings } from './controls/settings.ts'
import { createFaults } from './faults.ts'
import { createFreezableStore, type FreezableStore } from './freezable-store.ts'
import type { SnapshotControls } from './generations.ts'
import { readInbox } from './inbox.ts'
import type { NamedSandboxes } from './isolation/isolate.ts'
import { createLatency, type Latency } from './latency.ts'
import { lifetimesOf, responsesOf } from './pages/control/state.ts'
import { signedInOperations } from './pages/data/operations.ts'
import type { SandboxPages } from './pages/index.ts'
import type { PageContext } from './pages/page.ts'
import { redirectToPublicHost } from './public-host.ts'
import type { Seeding } from './seeding.ts'
import type { SandboxSettings } from './settings.ts'
import { addSimulatedProviders, createSimulator, type Simulator } from './simulator/index.ts'
import type { SandboxState } from './snapshots/format.ts'

/** The part of a sandbox that a reset or a restore replaces: app, context and clock. */
export interface Generation extends Instance, Pick<FreezableStore, 'freeze' | 'unfreeze'> {
  clock: MovableClock
  /** Returns what a snapshot has to keep in addition to rows and files. */
  readState: () => SandboxState
}

export interface GenerationOptions {
  resources: Resources
  settings: SandboxSettings
  examples: SandboxData
  seeding: Seeding
  named: NamedSandboxes
  /** Notified when the inbox may have changed. */
  inboxSignal: ChangeSignal
  pages?: SandboxPages | undefined
  reset: () => Promise<void>
  snapshots: SnapshotControls
  /** The state of the snapshot that is restored. As configured by default. */
  state: SandboxState | undefined
}

const controlsPath = '/__dev' as const
export const simulatorPath = '/__oauth'
/** The number of mails that a page with the inbox shows. */
const mailsOfPage = 100

/** Creates the generation after a start, a reset or a restore, with all development features. */
export function createGeneration(parts: GenerationOptions): Generation {
  const { resources, settings, state } = parts
  const clock = createClock(state?.offsetSeconds)
  const { store, freeze, unfreeze } = createFreezableStore(resources.store)
  const simulator = createSimulatorFor(parts)
  const context = createContext(
    { ...resources, store },
    {
      clock,
      oauth: addSimulatedProviders(simulator, settings.oauth),
      webUrl: settings.webUrl,
      operator: withSandboxDefaults(settings.operator),
    },
  )
  const latency = createLatency()
  const controlled = createControlledSettings(resources.variant.providers, context, latency)
  if (state) controlled.prepareUpdate(state.settings)()
  const extensions = createExtensions(parts, { context, clock, simulator, latency, controlled })
  return {
    context,
    app: buildServer(resources, context, extensions),
    clock,
    ...{ freeze, unfreeze },
    readState: () => ({ offsetSeconds: clock.offsetSeconds(), settings: controlled.read() }),
  }
}

/** Returns the email of the first user who can sign in. */
const activeUserIn = ({ users }: Seed) =>
  users.find(({ email, status }) => email !== null && status === 'active')?.email ?? undefined

/** Creates the OAuth provider simulator. Null if the API supports no provider. */
function createSimulatorFor({ resources, settings, examples }: GenerationOptions): Simulator | null {
  const { variant, site } = resources
  if (variant.providers.length === 0) return null
  const url = `${site.publicUrl}${simulatorPath}`
  const { accounts, acceptsUnverifiedEmail, codes: permanentCodes } = examples
  const { home } = settings.hub ?? {}
  return createSimulator({ url, home, accounts, acceptsUnverifiedEmail, permanentCodes })
}

interface GenerationParts {
  context: ServerContext
  clock: MovableClock
  simulator: Simulator | null
  latency: Latency
  controlled: ControlledSettings
}

function createExtensions(
  { resources, settings, examples, seeding, named, pages, inboxSignal, reset, snapshots }: GenerationOptions,
  { context, clock, simulator, latency, controlled }: GenerationParts,
): Extensions {
  const { name, variant, document, site, mail, log } = resources
  const faults = createFaults(document)
  const page: PageContext = {
    name,
    title: document.info.title,
    url: site.publicUrl,
    hub: settings.hub,
    named,
    operations: signedInOperations(variant, examples.apiKeys),
    readControl: async () => ({
      offsetSeconds: clock.offsetSeconds(),
      lifetimes: lifetimesOf(context.core.rules, (operationId) => operationId in variant.routes),
      settings: controlled.read(),
      faults: faults.list(),
      operations: responsesOf(document),
      snapshots: await snapshots.list(),
      user: activeUserIn(await seeding.describe(context.core)),
    }),
  }
  const controls = createControls({
    ...{ name, variant, site, clock, simulator, faults, seeding, log, named, reset, snapshots },
    core: context.core,
    settings: controlled,
    style: mail.style,
  })
  const fetchControls: MountedApp['fetch'] = async (request) => {
    const response = await controls.fetch(request)
    return pages ? pages.asPage(request, response, page) : response
  }
  const inboxEvents = pages?.createInboxEvents({
    name,
    signal: inboxSignal,
    readMails: () => readInbox(context.core, mail.style, { limit: mailsOfPage }),
  })
  const { host = '127.0.0.1', allowedHosts = [] } = settings
  const isAllowedHost = allowedHostnames(host, [new URL(site.publicUrl).hostname, ...allowedHosts])
  const simulated = simulator ? [mountAt(simulatorPath, simulator.fetch)] : []
  return {
    middleware: [
      guardControls(controlsPath, isAllowedHost),
      ...(pages ? [pages.redirectToDevPage(page, controlsPath)] : []),
    ],
    beforeOperations: [latency.middleware, faults.middleware, redirectToPublicHost(site.publicUrl)],
    mounts: [
      ...simulated,
      ...(inboxEvents ? [{ path: `${controlsPath}/inbox/events` as const, fetch: inboxEvents.fetch }] : []),
      { path: controlsPath, fetch: fetchControls },
    ],
    checkReplies: true,
    suggestPathsBelow: new URL(site.publicUrl).pathname.replace(/\/$/, ''),
  }
}

/**
 * Adds the rules that differ from production. A sandbox has rate limits only if the settings name some,
 * because a test suite would exceed the defaults. It accepts common passwords, because tests of vendors use
 * passwords such as `Password123!`.
 */
function withSandboxDefaults({ passwords, ...others }: OperatorSettings = {}): OperatorSettings {
  return {
    rateLimits: others.limits !== undefined,
    ...others,
    passwords: { refuseCommon: false, ...passwords },
  }
}
