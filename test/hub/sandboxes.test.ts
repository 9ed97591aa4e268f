import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { signInRequest } from '../../src/snippets/curl.ts'
import type { ServedVariant } from '../../src/variants/variant.ts'
import { exampleRequest } from '../mock/requests.ts'
import { contractCases } from '../server/cases.ts'
import { variants } from '../support/variants.ts'

let url = ''
const hub = createHub({ host: '127.0.0.1', log: () => {}, sandboxes: { data: null, origin: () => url } })
let server: Listening
beforeAll(async () => {
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
  url = server.url
})
afterAll(async () => {
  await server?.close()
  await hub.close()
})

const served = variantNames.filter((variant) => 'behaviour' in variants[variant])

describe.each(served)('the sandbox of %s in the hub', (variant) => {
  const base = () => `${url}/sandbox/${variant}`

  it('signs in whom the contract shows, over a real connection', async () => {
    const { cases } = await contractCases(contractUrl(variant))
    const signIn = cases.find(({ operationId, name }) => operationId === 'signIn' && name === 'ok')
    if (!signIn) throw new Error('There is no sign-in')
    const example = exampleRequest(signIn.operation, 'ok')
    const headers = new Headers(example.headers)
    const key = signIn.operation.security?.[0]?.find(({ type }) => type === 'apiKey')
    if (key) headers.set(String((key as { name?: string }).name), String(key.extensions?.['x-example']))
    const body = await example.text()
    const answer = await fetch(base() + new URL(example.url).pathname, { method: 'POST', headers, body })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  })

  it('takes the first request of the home page, and so does the mock', async () => {
    const page = await (await fetch(url)).text()
    const first = signInRequest(JSON.parse(await readFile(contractUrl(variant), 'utf8')))
    if (!first) throw new Error('There is no sign-in')
    for (const start of [base(), `${url}/mock/${variant}`]) {
      expect(page).toContain(`curl -X POST &#39;${start}${first.path}&#39;`)
      const { status } = await fetch(start + first.path, first)
      expect([start, status]).toEqual([start, 200])
    }
  })

  it('has controls of its own, that no rebound name reaches', async () => {
    expect((await fetch(`${base()}/__dev/inbox`)).status).toBe(200)
    const status = await new Promise((done, fail) => {
      const sent = request(`${base()}/__dev/inbox`, { headers: { host: 'rebound.example.net' } }, (answer) =>
        done(answer.resume().statusCode),
      )
      sent.on('error', fail).end()
    })
    expect(status).toBe(403)
  })
})

const social = served.filter(
  (variant) => (variants[variant] as unknown as ServedVariant).providers.length > 0,
)
it.each(social)('the simulated providers of %s are below its own address', async (variant) => {
  const base = `${url}/sandbox/${variant}/__oauth`
  const query = 'response_type=code&client_id=simulator&redirect_uri=http://localhost/back'
  const page = await fetch(`${base}/google/authorize?${query}`)
  expect([page.status, page.url.startsWith(`${base}/consents/`)]).toEqual([200, true])
})

it('the home page has the base URL of every sandbox, and leads to its people and mails', async () => {
  const page = await (await fetch(url)).text()
  for (const variant of variantNames) {
    expect(page).toContain(`<code>${url}/sandbox/${variant}</code>`)
    expect(page).toContain(`href="/sandbox/${variant}/__dev/seed"`)
    expect(page).toContain(`href="/sandbox/${variant}/__dev/inbox"`)
  }
})

it('an unknown sandbox is answered with those that exist', async () => {
  const answer = await fetch(`${url}/sandbox/nobody/v1`, { headers: { origin: 'http://localhost:5173' } })
  expect(answer.status).toBe(404)
  expect((await answer.json()).available).toContain(`/sandbox/${variantNames[0]}/*`)
})
