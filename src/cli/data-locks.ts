import { join } from 'node:path'
import type { Catalog } from '../catalog/api.ts'
import { lockData } from '../server/data-folder.ts'

export interface DataLocks {
  /**
   * Locks the databases of the sandboxes that are not locked yet. Those of removed APIs stay locked, because
   * their sandboxes stay open.
   * @param holder names this server to others, such as its URL
   * @throws {UserError} if another server uses one of them, or a file cannot be used; none is locked then
   */
  add: (catalog: Catalog, holder: string) => void
  release: () => void
}

/** Creates the locks of the databases in a folder for one server, whose APIs may change. */
export function createDataLocks(folder: string): DataLocks {
  const locked = new Set<string>()
  const releases: (() => void)[] = []
  return {
    add({ apis }, holder) {
      const servers = apis.flatMap(({ server }) => (server && !locked.has(server) ? [server] : []))
      if (servers.length === 0) return
      const files = servers.map((server) => join(folder, `${server}.db`))
      releases.push(lockData(folder, files, holder))
      for (const server of servers) locked.add(server)
    },
    release() {
      for (const release of releases.splice(0)) release()
    },
  }
}
