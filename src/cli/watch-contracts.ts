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
  close: () => void
}

interface Entry {
  file?: ContractFile
  /** The local files that it consists of, including missing ones. */
  paths: Set<string>
  isStale: boolean
}

/**
 * Reads contracts, and watches the local files that they consist of. Those at URLs are read once.
 * @param onChange is called after changes. Calls do not overlap.
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
      if ([...entry.paths].some((path) => changed.has(path))) entry.isStale = true
    await onChange()
  })

  return {
    async read(source) {
      const known = entries.get(source)
      if (known?.file && !known.isStale) return known.file
      // Most servers have no contracts of users.
      const { loadContractFile } = await import('../contract-files/load.ts')
      // If it is not usable, the next version may consist of the files of the last usable one again.
      const entry = { ...known, paths: new Set(known?.paths), isStale: true }
      entries.set(source, entry)
      const paths = new Set<string>()
      const file = await loadContractFile(source, (url) => {
        if (url.protocol !== 'file:') return
        const path = fileURLToPath(url)
        paths.add(path)
        entry.paths.add(path)
        watcher.add(path)
      })
      entries.set(source, { file, paths, isStale: false })
      watcher.retain(new Set([...others, ...[...entries.values()].flatMap((each) => [...each.paths])]))
      return file
    },
    add(path) {
      others.add(path)
      watcher.add(path)
    },
    close: watcher.close,
  }
}
