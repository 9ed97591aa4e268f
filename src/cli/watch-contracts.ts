import { fileURLToPath } from 'node:url'
import type { ContractFile } from '../contract-files/load.ts'
import { watchFiles } from './watch-files.ts'

export interface WatchedContracts {
  /**
   * Reads a contract, unless it was read before and none of its files has changed since.
   * @throws {UserError} if it is not usable
   */
  read: (source: string) => Promise<ContractFile>
  /** Returns the names of those paths that a contract consists of, as messages have them. */
  namesIn: (source: string, paths: ReadonlySet<string>) => string[]
  /** Watches another file as well, such as the configuration. */
  add: (path: string) => void
  /** Returns whether there is a local file that can change. */
  isWatching: () => boolean
  close: () => void
}

interface Entry {
  /** The current version, which may still be loading. Missing after a change, and if it is not usable. */
  file?: Promise<ContractFile>
  /** The local files that it consists of, including missing ones: their names in messages by path. */
  names: Map<string, string>
}

/**
 * Reads contracts, and watches the local files that they consist of. Those at URLs are read once.
 * @param onChange is called after changes with the paths of the files. Calls do not overlap. Its errors are
 *   printed.
 * @param options.keepAlive whether the process runs until `close`. False by default.
 */
export function watchContracts(
  onChange: (paths: ReadonlySet<string>) => Promise<void>,
  { keepAlive = false }: { keepAlive?: boolean } = {},
): WatchedContracts {
  const entries = new Map<string, Entry>()
  const others = new Set<string>()
  const watcher = watchFiles(keepAlive, async (changed) => {
    for (const entry of entries.values())
      if ([...entry.names.keys()].some((path) => changed.has(path))) delete entry.file
    await onChange(changed)
  })

  async function load(source: string, entry: Entry): Promise<ContractFile> {
    // Most servers have no contracts of users.
    const { loadContractFile } = await import('../contract-files/load.ts')
    const names = new Map<string, string>()
    const file = await loadContractFile(source, (url, name) => {
      if (url.protocol !== 'file:') return
      const path = fileURLToPath(url)
      names.set(path, name)
      entry.names.set(path, name)
      watcher.add(path)
    })
    entry.names = names
    watcher.retain(new Set([...others, ...[...entries.values()].flatMap((each) => [...each.names.keys()])]))
    return file
  }

  return {
    // Single-flight, because two APIs can have the same contract, and compare the objects.
    read(source) {
      const known = entries.get(source)
      if (known?.file) return known.file
      // If it is not usable, the next version may consist of the files of the last usable one again.
      const entry: Entry = { names: new Map(known?.names) }
      entries.set(source, entry)
      const file = load(source, entry)
      entry.file = file
      file.catch(() => delete entry.file)
      return file
    },
    namesIn: (source, paths) =>
      [...(entries.get(source)?.names ?? [])].flatMap(([path, name]) => (paths.has(path) ? name : [])),
    add(path) {
      others.add(path)
      watcher.add(path)
    },
    isWatching: watcher.isWatching,
    close: watcher.close,
  }
}
