/**
 * Opens named sandboxes of all APIs in one hub, signs up in each, and prints the resident memory in MB and
 * the median time to the first response of a new one in milliseconds. Argument: the number of sandboxes.
 */
import { adapters } from '../src/conformance/variants/index.ts'
import { createHub } from '../src/hub/app.ts'
import { listen } from '../src/server/listen.ts'
import { median } from './table.ts'

let url = ''
const hub = createHub({ host: '127.0.0.1', sandboxes: { data: null, origin: () => url } })
const server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
url = server.url
const apis = Object.values(adapters)
const baseOf = (name: string) => `${url}/sandbox/${name}`

// As after `npm start`. The default sandboxes load the code and the contracts.
await hub.warmUp()
for (const { name } of apis) await fetch(`${baseOf(name)}/healthz`)

const samples: number[] = []
for (let index = 0; index < Number(process.argv[2]); index++) {
  const api = apis[index % apis.length]
  if (!api) throw new Error('There are no APIs.')
  const base = `${baseOf(api.name)}/~worker-${index}`
  const start = performance.now()
  const { ok } = await fetch(`${base}/healthz`)
  samples.push(performance.now() - start)
  const person = { email: 'worker@example.net', password: 'a-long-password-1', name: 'Worker' }
  const { method, path, body, headers = {} } = api.signUp(person)
  const response = await fetch(base + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!ok || response.status !== api.statuses.signedUp)
    throw new Error(`${api.name} responded with ${response.status}: ${await response.text()}`)
}
console.log(JSON.stringify({ residentMB: process.memoryUsage().rss / 1e6, createMs: median(samples) }))
await server.close()
await hub.close()
