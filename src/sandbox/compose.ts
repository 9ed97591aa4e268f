import type { VariantName } from '../../generated/index.ts'
import { wakeOnMail } from '../adapters/mail-worker.ts'
import { type ChangeSignal, createChangeSignal } from '../common/change-signal.ts'
import type { Clock } from '../server/clock.ts'
import type { Resources } from '../server/resources.ts'
import { localUrls } from '../server/settings.ts'
import { createSite } from '../server/site.ts'
import type { SandboxData } from '../variants/sandbox-data.ts'
import type { Site } from '../variants/variant.ts'
import { withExampleFiles } from './example-files.ts'
import type { Generation } from './generation.ts'
import { createGenerations, type GenerationsOptions } from './generations.ts'
import { sandboxData } from './registry.ts'
import type { SandboxSettings } from './settings.ts'
import { createSnapshots } from './snapshots/snapshots.ts'
import type { SnapshotStorage } from './snapshots/storage.ts'

/** The parts of a sandbox that depend on the platform, or that several sandboxes share. */
export interface Platform extends Pick<GenerationsOptions, 'hashes' | 'named' | 'pages'> {
  /** Where snapshots are kept. */
  snapshots: SnapshotStorage
  /** Opens the resources. */
  open: (site: Site, clock: Clock) => Promise<Resources>
}

export interface Composition {
  resources: Resources
  /** Returns the generation that handles requests. A reset replaces it. */
  current: () => Generation
  /** To close when the sandbox closes. */
  inboxSignal: ChangeSignal
}

/** Composes a sandbox, and seeds it. Runs on any platform, so it uses Web-standard globals only. */
export async function composeSandbox(
  name: VariantName,
  settings: SandboxSettings,
  { open, snapshots, ...shared }: Platform,
): Promise<Composition> {
  const examples = settings.examples ?? (await sandboxData[name]?.()) ?? emptyData
  const origins = [...(settings.origins ?? []), ...(examples.origins ?? [])]
  const opened = await open(createSite({ ...localUrls, ...settings, origins }, { local: true }), {
    now: () => generations.current().clock.now(),
    elapsed: () => generations.current().clock.elapsed(),
  })
  const inboxSignal = createChangeSignal()
  const resources = {
    ...opened,
    store: wakeOnMail(opened.store, inboxSignal.notify),
    files: withExampleFiles(opened.files, examples.files ?? []),
  }
  const generations = createGenerations({
    ...{ resources, settings, examples, inboxSignal, ...shared },
    snapshots: createSnapshots(name, snapshots),
  })
  await generations.seed()
  return { resources, current: generations.current, inboxSignal }
}

/** The initial data of a variant that defines none. */
const emptyData: SandboxData = {
  seed: async () => ({ changes: [], users: [], apiKeys: [], tokens: [] }),
}
