import { mountAt } from '../server/app.ts'
import { buildServer, type Extensions } from '../server/build-server.ts'
import { createContext, type ServerContext } from '../server/context.ts'
import { ownNames } from '../server/hosts.ts'
import type { Resources } from '../server/resources.ts'
import type { Instance } from '../server/server.ts'
import type { SandboxData } from '../variants/sandbox-data.ts'
import { createClock, type MovableClock } from './clock.ts'
import { createControls } from './controls/app.ts'
import { guardControls } from './controls/guard.ts'
import { type PageContext, redirectToDevPage } from './controls/pages.ts'
import { createControlledSettings } from './controls/settings.ts'
import { createFaults } from './faults.ts'
import { createFreezableStore, type FreezableStore } from './freezable-store.ts'
import type { Seeding } from './seeding.ts'
import { type SandboxSettings, withSandboxDefaults } from './settings.ts'
import { createSimulator, type Simulator, withSimulated } from './simulator/index.ts'

/** Everything that a reset replaces: the server as it is from its start, or from one reset to the next. */
export interface Generation extends Instance, Pick<FreezableStore, 'freeze' | 'unfreeze'> {
  clock: MovableClock
}

export interface GenerationParts {
  resources: Resources
  settings: SandboxSettings
  examples: SandboxData
  seeding: Seeding
  reset: () => Promise<void>
}

const controlsPath = '/__dev'
const simulatorPath = '/__oauth'

/** Builds the server as it is after a start or a reset, with everything that only development has. */
export function createGeneration(parts: GenerationParts): Generation {
  const { resources, settings } = parts
  const clock = createClock()
  const { store, freeze, unfreeze } = createFreezableStore(resources.store)
  const simulator = simulatorOf(parts)
  const context = createContext(
    { ...resources, store },
    {
      clock,
      oauth: withSimulated(simulator, settings.oauth),
      operator: withSandboxDefaults(settings.operator),
    },
  )
  const extensions = extensionsOf(parts, { context, clock, simulator })
  return { context, app: buildServer(resources, context, extensions), clock, freeze, unfreeze }
}

/** Simulated OAuth providers; null when the API has none. */
function simulatorOf({ resources, settings, examples }: GenerationParts): Simulator | null {
  const { variant, site } = resources
  if (variant.providers.length === 0) return null
  const url = `${site.publicUrl}${simulatorPath}`
  const { accounts = [], codes = {} } = examples
  return createSimulator({ url, home: settings.hub?.home, accounts, standingCodes: codes })
}

function extensionsOf(
  { resources, settings, seeding, reset }: GenerationParts,
  { context, clock, simulator }: { context: ServerContext; clock: MovableClock; simulator: Simulator | null },
): Extensions {
  const { variant, document, site, mail, log } = resources
  const page: PageContext = { title: document.info.title, url: site.publicUrl, hub: settings.hub }
  const faults = createFaults(document)
  const controls = createControls({
    ...{ variant, clock, simulator, faults, seeding, page, log, reset },
    core: context.core,
    settings: createControlledSettings(variant.providers, context),
    style: mail.style,
  })
  const isOwnName = ownNames(settings.host ?? '127.0.0.1', [new URL(site.publicUrl).hostname])
  const simulated = simulator ? [mountAt(simulatorPath, simulator.fetch)] : []
  return {
    middleware: [guardControls(controlsPath, isOwnName), redirectToDevPage(page, controlsPath)],
    beforeOperations: [faults.middleware],
    mounts: [...simulated, { path: controlsPath, fetch: controls.fetch }],
    checkReplies: true,
  }
}
