import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * The fault of the next COMMIT:
 * - `cutRequest`: the connection breaks before the server gets it
 * - `cutResponse`: the connection breaks after the server has run it
 * - `holdRequest`: the server does not get it until `release`
 * - `holdResponse`: the client never gets the response
 */
export type CommitFault = 'cutRequest' | 'cutResponse' | 'holdRequest' | 'holdResponse'

/** A TCP proxy in front of PostgreSQL, which disturbs one COMMIT. Closed after the test. */
export async function startPostgresProxy(url: string) {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let fault: CommitFault | undefined
  let isReachable = true
  let release = () => {}
  let onCut = () => {}

  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }

  const server = createServer((client) => {
    if (!isReachable) return void client.destroy()
    const upstream = connect(Number(target.port), target.hostname)
    let swallowsResponses = false
    const end = () => {
      client.destroy()
      upstream.destroy()
      onCut()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    client.on('data', (chunk) => {
      // The text of a simple query, which ends with NUL.
      const current = chunk.includes('COMMIT\0') ? fault : undefined
      if (current) fault = undefined
      if (current === 'cutRequest') return end()
      if (current === 'holdRequest') {
        release = () => upstream.write(chunk)
        return
      }
      swallowsResponses ||= current !== undefined
      upstream.write(chunk)
      if (current === 'cutResponse') upstream.once('data', end)
    })
    upstream.on('data', (chunk) => void (swallowsResponses || client.write(chunk)))
    upstream.on('close', () => client.destroy())
    // A held COMMIT outlives its client, as in a network that delays packets.
    client.on('close', () => void (swallowsResponses || setTimeout(() => upstream.destroy(), 10_000).unref()))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    breakAll()
    server.close()
  })
  const proxied = new URL(url)
  proxied.host = `127.0.0.1:${port}`
  return {
    url: proxied.href,
    /** @param whenCut called when the connection breaks */
    disturbNextCommit(next: CommitFault, whenCut = () => {}) {
      fault = next
      onCut = whenCut
    },
    /** Delivers a held COMMIT. */
    release: () => release(),
    /** Breaks all connections and refuses new ones, or accepts them again. */
    setReachable(reachable: boolean) {
      isReachable = reachable
      if (!reachable) breakAll()
    },
  }
}
