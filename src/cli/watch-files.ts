import { type StatsListener, unwatchFile, watchFile } from 'node:fs'
import { printError } from './print-error.ts'

// Why not fs.watch or chokidar: both depend on events of the file system, which mounts in containers, WSL and
// network shares do not send, and which end when an editor or git replaces a file or its folder. A contract
// has few files, so that comparing their states is cheap.

/** How often the states are compared. */
const intervalMs = 250

/** Editors write several times when they save, and git changes several files. */
const pauseMs = 100

export interface FileWatcher {
  /** Watches a file, which may be missing, from its state at this moment on. */
  add: (path: string) => void
  /** Ends watching all files but these. */
  retain: (paths: ReadonlySet<string>) => void
  isWatching: () => boolean
  close: () => void
}

/**
 * Watches single files for changes, replacements and deletions.
 * @param keepAlive whether the process runs until `close`
 * @param onChange receives the paths of the changed files, once they no longer change. Calls do not overlap.
 *   Its errors are printed, and do not end the watching.
 */
export function watchFiles(
  keepAlive: boolean,
  onChange: (paths: ReadonlySet<string>) => Promise<void>,
): FileWatcher {
  const listeners = new Map<string, StatsListener>()
  let changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let last = Promise.resolve()

  function handleChanges(): void {
    const paths = changed
    changed = new Set()
    last = last.then(() => onChange(paths)).catch(printError)
  }

  function remove(path: string): void {
    unwatchFile(path, listeners.get(path))
    listeners.delete(path)
  }

  return {
    add(path) {
      if (listeners.has(path)) return
      const listener: StatsListener = (current, previous) => {
        // Node reports a missing file once at the start.
        if (current.ctimeMs === previous.ctimeMs && current.ino === previous.ino) return
        changed.add(path)
        clearTimeout(timer)
        timer = setTimeout(handleChanges, pauseMs)
      }
      listeners.set(path, listener)
      watchFile(path, { interval: intervalMs, persistent: keepAlive }, listener)
    },
    retain(paths) {
      for (const path of listeners.keys()) if (!paths.has(path)) remove(path)
    },
    isWatching: () => listeners.size > 0,
    close() {
      clearTimeout(timer)
      for (const path of listeners.keys()) remove(path)
    },
  }
}
