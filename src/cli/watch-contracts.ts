import { fileURLToPath } from 'node:url'
import type { ContractFile } from '../contract-files/load.ts'
import { watchFiles } from './watch-files.ts'

export interface WatchedContracts {
  /**
   * Reads a contract, unless it was read before and none of its files has changed since.
   * @throws {UserError} if it is not usable
   */
  read: (source: string) => Promise<ContractFile>
  /** Watches another file as well, such as the configuration. */
  add: (path: string) => void
  /** Returns whether there is a local file that can change. */
  isWatching: () => boolean
  close: () => void
}

interface Entry {
  /** The current version, which may still be loading. Missing after a change, and if it is not usable. */
  file?: Promise<ContractFile>
  /** The local files that it consists of, including missing ones. */
  paths: Set<string>
}

/**
 * Reads contracts, and watches the local files that they consist of. Those at URLs are read once.
 * @param onChange is called after changes. Calls do not overlap. Its errors are printed.
 * @param options.keepAlive whether the process runs until `close`. False by default.
 */
export function watchContracts(
  onChange: () => Promise<void>,
  { keepAlive = false }: { keepAlive?: boolean } = {},
): WatchedContracts {
  const entries = new Map<string, Entry>()
  const others = new Set<string>()
  const watcher = watchFiles(keepAlive, async (changed) => {
    for (const entry of entries.values())
      if ([...entry.paths].some((path) => changed.has(path))) delete entry.file
    await onChange()
  })

  async function load(source: string, entry: Entry): Promise<ContractFile> {
    // Most servers have no contracts of users.
    const { loadContractFile } = await import('../contract-files/load.ts')
    const paths = new Set<string>()
    const file = await loadContractFile(source, (url) => {
      if (url.protocol !== 'file:') return
      const path = fileURLToPath(url)
      paths.add(path)
      entry.paths.add(path)
      watcher.add(path)
    })
    entry.paths = paths
    watcher.retain(new Set([...others, ...[...entries.values()].flatMap((each) => [...each.paths])]))
    return file
  }

  return {
    // Single-flight, because two APIs can have the same contract, and compare the objects.
    read(source) {
      const known = entries.get(source)
      if (known?.file) return known.file
      // If it is not usable, the next version may consist of the files of the last usable one again.
      const entry: Entry = { paths: new Set(known?.paths) }
      entries.set(source, entry)
      const file = load(source, entry)
      entry.file = file
      file.catch(() => delete entry.file)
      return file
    },
    add(path) {
      others.add(path)
      watcher.add(path)
    },
    isWatching: watcher.isWatching,
    close: watcher.close,
  }
}
