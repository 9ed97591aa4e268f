/**
 * A server that responds after a second. Arguments: `[<shutdown delay, ms> [<shutdown timeout, ms>
 * [fails]]]`.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger } from '../../src/adapters/logger.ts'
import { gracefulServer, onShutdown } from '../../src/server/shutdown.ts'

const [, , delayMs = '0', withinMs = '10000', fails] = process.argv
const log = createLogger()
const server = createServer((request, response) => {
  log.info('accepted')
  request.resume().once('end', () => setTimeout(() => response.end('done'), 1_000))
})
const drain = gracefulServer(server)
server.listen(0, '127.0.0.1')
await once(server, 'listening')
onShutdown(
  [
    { name: 'drain', run: () => drain({ drainMs: 500, forceCloseAfterMs: 1_000 }) },
    { name: 'fail', run: () => fails && Promise.reject(new Error('cannot')) },
    { name: 'delay', run: () => new Promise((resolve) => setTimeout(resolve, Number(delayMs))) },
    { name: 'store', run: () => log.info('store closed') },
  ],
  { log, withinMs: Number(withinMs) },
)
log.info({ port: (server.address() as AddressInfo).port }, 'listening')
