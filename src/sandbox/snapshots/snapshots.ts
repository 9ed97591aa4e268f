import type { Snapshot as SnapshotSummary } from '../../../generated/_dev/types.ts'
import { ControlError } from '../controls/errors.ts'
import {
  type Contents,
  decodeSnapshot,
  encodeSnapshot,
  type Restorable,
  readSummary,
  SnapshotTooLargeError,
  UnreadableSnapshotError,
} from './format.ts'
import type { SnapshotStorage } from './storage.ts'

export interface SnapshotLimits {
  /** The maximum number of snapshots. 20 by default. */
  max?: number
  /** The maximum size of one, in MiB of text. 32 by default. */
  maxMiB?: number
}

export type Snapshots = ReturnType<typeof createSnapshots>

/**
 * Creates the named snapshots of a sandbox.
 * @param api the name of the API
 */
export function createSnapshots(
  api: string,
  storage: SnapshotStorage,
  { max = 20, maxMiB = 32 }: SnapshotLimits = {},
) {
  async function list(): Promise<SnapshotSummary[]> {
    const summaries = (await storage.firstLines()).map(readSummary).filter((summary) => summary !== undefined)
    return summaries.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
  }

  return {
    /** Returns the snapshots, the oldest first. */
    list,
    /**
     * Saves a snapshot, and replaces an earlier one of the same name.
     * @throws {ControlError} conflict, when there are too many, or this one is too large
     */
    async save(name: string, contents: Contents): Promise<SnapshotSummary> {
      const others = (await list()).filter((snapshot) => snapshot.name !== name)
      if (others.length >= max)
        throw new ControlError('conflict', `There are ${max} snapshots, the maximum. Delete one first`)
      try {
        const createdAt = new Date().toISOString()
        const { text, summary } = await encodeSnapshot(
          { api, name, createdAt },
          contents,
          maxMiB * 1024 * 1024,
        )
        await storage.write(name, text)
        return summary
      } catch (error) {
        if (!(error instanceof SnapshotTooLargeError)) throw error
        throw new ControlError(
          'conflict',
          `The sandbox has more than ${maxMiB} MiB of data, too much for a snapshot`,
        )
      }
    },
    /**
     * Reads what a snapshot contains.
     * @throws {ControlError} notFound, or conflict when it cannot be restored
     */
    async load(name: string): Promise<Restorable> {
      const text = await storage.read(name)
      if (text === undefined) throw unknown(name)
      try {
        return decodeSnapshot(text, api)
      } catch (error) {
        if (!(error instanceof UnreadableSnapshotError)) throw error
        throw new ControlError('conflict', `The snapshot ${name} cannot be restored: ${error.message}`)
      }
    },
    /** @throws {ControlError} notFound */
    async remove(name: string): Promise<void> {
      if ((await storage.read(name)) === undefined) throw unknown(name)
      await storage.remove(name)
    },
  }
}

const unknown = (name: string) => new ControlError('notFound', `Unknown snapshot ${name}`)
