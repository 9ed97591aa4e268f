import type { ChangeSignal } from '../common/change-signal.ts'
import type { Resources } from '../server/resources.ts'
import type { SandboxData } from '../variants/sandbox-data.ts'
import { createGeneration, type Generation } from './generation.ts'
import type { NamedSandboxes } from './isolation/isolate.ts'
import type { SandboxPages } from './pages/index.ts'
import { createSeeding, type PasswordHashes } from './seeding.ts'
import type { SandboxSettings } from './settings.ts'

export interface GenerationsOptions {
  resources: Resources
  settings: SandboxSettings
  examples: SandboxData
  hashes: PasswordHashes
  named: NamedSandboxes
  inboxSignal: ChangeSignal
  pages?: SandboxPages | undefined
}

/** Creates the first generation of a sandbox, and the reset that replaces it. */
export function createGenerations({ hashes, ...parts }: GenerationsOptions) {
  const { resources, examples } = parts
  const seeding = createSeeding(examples.seed, resources.store, hashes)
  const create = (): Generation => createGeneration({ ...parts, seeding, reset })
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
      parts.inboxSignal.notify()
      await resources.files.clear()
    })
    lastReset = done.catch(() => {})
    return done
  }

  return { current: () => current, seed: () => seeding.seedIfEmpty(current.context.core) }
}
