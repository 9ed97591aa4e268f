import { afterAll, beforeAll } from 'vitest'
import { createHub, type HubOptions } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'

/** A hub that listens on a free port. */
export interface ServedHub {
  hub: ReturnType<typeof createHub>
  url: string
  close: () => Promise<void>
}

/** Serves a hub on a free port of the loopback interface, with sandboxes in memory. */
export async function serveHub(options: Partial<HubOptions> = {}): Promise<ServedHub> {
  const host = '127.0.0.1'
  let server: Listening | undefined
  const sandboxes = { data: null, origin: () => server?.url ?? '' }
  const hub = createHub({ host, log: () => {}, sandboxes, ...options })
  server = await listen(hub.fetch, { host, port: 0 })
  const { url, close } = server
  return {
    hub,
    url,
    close: async () => {
      await hub.close()
      await close()
    },
  }
}

/** Serves a hub for the tests of a file. Its members are usable in tests, and in hooks that come later. */
export function useHub(options?: Partial<HubOptions>): Pick<ServedHub, 'hub' | 'url'> {
  let served: ServedHub
  beforeAll(async () => {
    served = await serveHub(options)
  })
  afterAll(() => served?.close())
  return {
    get hub() {
      return served.hub
    },
    get url() {
      return served.url
    },
  }
}
