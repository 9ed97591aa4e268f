/**
 * Calls a server without sockets. The parent process sends the number of sequential calls to make. Arguments:
 * the name of the call, a folder for data.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { bufferedDestination, createLogger } from '../src/adapters/logger.ts'
import { readConfig } from '../src/server/config.ts'
import { createAuthServer } from '../src/server/index.ts'
import { app } from './hono-app.ts'
import { invalidSignIn, json, signUpBody } from './users.ts'

type Call = () => Response | Promise<Response>

const [name = '', data = ''] = process.argv.slice(2)
const post = (body: string) => ({ method: 'POST', headers: json, body })

const calls: Record<string, () => Promise<Call>> = {
  bare: async () => () => app.request('/'),

  'bare-sign-in': async () => () => app.request('/sign-in', post(invalidSignIn)),

  async 'session-check'() {
    const fetch = await openfactory()
    const response = await fetch('/api/auth/signup', post(JSON.stringify(signUpBody('grace@example.org'))))
    const { session } = (await response.json()) as { session: { token: string } }
    const headers = { authorization: `Bearer ${session.token}` }
    return () => fetch('/api/auth/session', { headers })
  },

  async 'sign-in'() {
    const fetch = await openfactory()
    let client = 0
    // Sign-ins are limited by IP address, so each call comes from another one.
    const nextIp = () => `10.${(++client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}`
    const { headers, ...request } = post(invalidSignIn)
    return () =>
      fetch('/api/auth/signin', { ...request, headers: { ...headers, 'x-forwarded-for': nextIp() } })
  },
}

/** Creates the server of openfactory in production mode, as `serve` does. */
async function openfactory(): Promise<(path: string, init: RequestInit) => Response | Promise<Response>> {
  const config = readConfig({ variant: 'openfactory', production: true, data })
  if (config.mode !== 'production') throw new Error('The server must run in production mode.')
  const log = createLogger(config.logLevel, bufferedDestination())
  const server = await createAuthServer('openfactory', { ...config.settings, log })
  return (path, init) => server.fetch(new Request(server.publicUrl + path, init), { ip: '127.0.0.1' })
}

const call = await calls[name]?.()
if (!call) throw new Error(`Unknown call "${name}".`)

process.on('message', async (amount) => {
  if (typeof amount !== 'number') return
  const statuses: Record<string, number> = {}
  for (let done = 1; done <= amount; done++) {
    const response = await call()
    await response.arrayBuffer()
    statuses[response.status] = (statuses[response.status] ?? 0) + 1
    // The log is written between turns of the event loop.
    if (done % 64 === 0) await nextTurn()
  }
  process.send?.({ statuses })
})
// Only the IPC channel keeps this process alive.
process.channel?.ref()
process.send?.('ready')
