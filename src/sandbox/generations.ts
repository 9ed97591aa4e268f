import type { Snapshot } from '../../generated/_dev/types.ts'
import type { StoredFile } from '../core/files.ts'
import type { Change } from '../core/store.ts'
import { createGeneration, type Generation, type GenerationOptions } from './generation.ts'
import { createSeeding, type PasswordHashes } from './seeding.ts'
import type { SandboxState } from './snapshots/format.ts'
import type { Snapshots } from './snapshots/snapshots.ts'

export interface GenerationsOptions
  extends Omit<GenerationOptions, 'seeding' | 'reset' | 'snapshots' | 'state'> {
  hashes: PasswordHashes
  snapshots: Snapshots
}

/** The snapshots of a sandbox, as its controls use them. */
export interface SnapshotControls extends Pick<Snapshots, 'list' | 'remove'> {
  /** @throws {ControlError} conflict */
  save: (name: string) => Promise<Snapshot>
  /** @throws {ControlError} notFound, conflict */
  restore: (name: string) => Promise<void>
}

/** Creates the first generation of a sandbox, its reset, and its snapshots. */
export function createGenerations({ hashes, snapshots, ...shared }: GenerationsOptions) {
  const { store, files } = shared.resources
  const seeding = createSeeding(shared.examples.seed, store, hashes)
  const controls: SnapshotControls = { list: snapshots.list, remove: snapshots.remove, save, restore }
  let current = create()
  let latest: Promise<unknown> = Promise.resolve()

  function create(state?: SandboxState): Generation {
    return createGeneration({ ...shared, seeding, reset, snapshots: controls, state })
  }

  /** Runs concurrent resets, restores and saves one after another. */
  function enqueue<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = latest.then(act)
    latest = done.catch(() => {})
    return done
  }

  /** Replaces the generation and all rows. If that fails, nothing changes. */
  async function replace(next: Generation, rows: Change[]): Promise<void> {
    current.freeze()
    try {
      await seeding.replaceAll(rows)
    } catch (error) {
      current.unfreeze()
      throw error
    }
    current = next
    shared.inboxSignal.notify()
  }

  function reset(): Promise<void> {
    return enqueue(async () => {
      const next = create()
      await replace(next, await seeding.createRows(next.context.core))
      await files.clear()
    })
  }

  function save(name: string): Promise<Snapshot> {
    return enqueue(() =>
      snapshots.save(name, {
        state: current.readState(),
        rows: store.snapshot(),
        files: files.archive?.readAll() ?? noFiles(),
      }),
    )
  }

  function restore(name: string): Promise<void> {
    return enqueue(async () => {
      const { state, rows, files: saved } = await snapshots.load(name)
      const next = create(state)
      const uploads = await files.archive?.prepare(saved)
      try {
        await replace(next, rows)
      } catch (error) {
        await uploads?.discard()
        throw error
      }
      await uploads?.commit(files.clear)
    })
  }

  return { current: () => current, seed: () => seeding.seedIfEmpty(current.context.core) }
}

async function* noFiles(): AsyncGenerator<StoredFile> {}
