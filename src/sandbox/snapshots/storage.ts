/** Where the texts of snapshots are kept, by name. */
export interface SnapshotStorage {
  /** Returns the first line of each text. */
  firstLines: () => Promise<string[]>
  /** Returns undefined if the name is unknown. */
  read: (name: string) => Promise<string | undefined>
  /** Creates or replaces a text. */
  write: (name: string, text: string) => Promise<void>
  remove: (name: string) => Promise<void>
}

export function createMemorySnapshots(): SnapshotStorage {
  const texts = new Map<string, string>()
  return {
    firstLines: async () => [...texts.values()].map(firstLineOf),
    read: async (name) => texts.get(name),
    async write(name, text) {
      texts.set(name, text)
    },
    async remove(name) {
      texts.delete(name)
    },
  }
}

/** Returns a text up to its first line break. */
export const firstLineOf = (text: string) => text.slice(0, (text.indexOf('\n') + 1 || text.length + 1) - 1)
