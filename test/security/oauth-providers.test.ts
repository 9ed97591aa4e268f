import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import { openOAuthFlows } from './oauth-flows.ts'
import { casesWith, openTestServer } from './test-server.ts'
import { createTokenForger } from './token-forger.ts'

const stall = () => new Promise<Response>(() => {})
const providerFaults: [string, (ordinary: () => Promise<Response>) => Promise<Response>][] = [
  [
    'adds a megabyte to a valid response',
    async (ordinary) => {
      const good = await ordinary()
      return new Response(' '.repeat(1_000_000) + (await good.text()), { headers: good.headers })
    },
  ],
  ['never responds', stall],
  ['never finishes its response', async () => new Response(new ReadableStream())],
  ['fails', async () => Response.json({}, { status: 500 })],
  ['returns HTML', async () => new Response('<p>', { headers: { 'content-type': 'text/html' } })],
  ['closes the connection', () => Promise.reject(new TypeError('fetch failed'))],
  ['rejects our client secret', async () => Response.json({ error: 'invalid_client' }, { status: 401 })],
]

describe.each(casesWith('oauth'))('$name', (testCase) => {
  it('O05 accepts only ID tokens of the provider, for this client and this sign-in', async () => {
    const forger = await createTokenForger()
    const { startFlow, approve, callBack, oauthApi, countRows } = await openOAuthFlows(testCase, {
      intercept: forger.intercept,
    })
    const runFlow = async (token: () => Promise<string>): Promise<ResponseData> => {
      const flow = await startFlow('google')
      forger.expectNonce(flow.authorizationUrl.searchParams.get('nonce'))
      forger.respondWith(token)
      return callBack(await approve(flow), flow.cookie)
    }
    const before = await countRows()
    const forged = { ...forger.tokens, 'of another sign-in': () => forger.sign({ nonce: 'another' }) }
    for (const [name, token] of Object.entries(forged)) {
      const response = await runFlow(token)
      expect([name, oauthApi.credentialIn(response)]).toEqual([name, undefined])
      expect([302, 400, 401, 500]).toContain(response.status)
    }
    expect(await countRows()).toEqual(before)
    expect(oauthApi.credentialIn(await runFlow(() => forger.sign()))).toBeDefined()
  })

  it.each(providerFaults)(
    'O09 rejects the sign-in and leaves nothing behind when the provider %s',
    async (_, response) => {
      for (const endpoint of ['/github/token', '/github/user']) {
        const { runFlow, oauthApi, countRows } = await openOAuthFlows(testCase, {
          timeoutMs: 300,
          intercept: (path, ordinary) => (path === endpoint ? response(ordinary) : ordinary()),
        })
        const before = await countRows()
        const got = await runFlow()
        expect(oauthApi.credentialIn(got)).toBeUndefined()
        expect([302, 400, 500, 502, 503]).toContain(got.status)
        expect(await countRows()).toEqual(before)
      }
    },
  )

  it('O09 follows no redirects of a provider', async () => {
    let isReached = false
    const server = createServer(({ url }, response) => {
      if (url === '/inside') isReached = true
      response.writeHead(302, { location: '/inside' }).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const { runFlow, oauthApi, countRows } = await openOAuthFlows(testCase, {
      intercept: (path, _, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    })
    const before = await countRows()
    expect(oauthApi.credentialIn(await runFlow())).toBeUndefined()
    expect([isReached, await countRows()]).toEqual([false, before])
  })

  it('O09 refuses to start with incomplete credentials and rejects providers without credentials', async () => {
    const incomplete = { github: { clientId: 'id', clientSecret: '' } }
    await expect(openTestServer(testCase, { oauth: incomplete })).rejects.toThrow(
      'needs both a client id and a client secret',
    )
    const { send, oauth, settings } = await openTestServer(testCase)
    await settings({ providers: { github: 'unconfigured' } })
    const response = await send(oauth.start('github'))
    expect([400, 404]).toContain(response.status)
    expect(oauth.authorizationUrlIn(response)).toBeUndefined()
  })
})
