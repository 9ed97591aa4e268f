import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ResponseData } from './dialect.ts'
import { openOAuthFlows } from './oauth-flows.ts'
import { casesWith, openTestServer } from './test-server.ts'
import { createTokenForger } from './token-forger.ts'

const toStall = () => new Promise<Response>(() => {})
const misbehaviours: [string, (ordinary: () => Promise<Response>) => Promise<Response>][] = [
  [
    'sends a megabyte around a good answer',
    async (ordinary) => {
      const good = await ordinary()
      return new Response(' '.repeat(1_000_000) + (await good.text()), { headers: good.headers })
    },
  ],
  ['never answers', toStall],
  ['never finishes its answer', async () => new Response(new ReadableStream())],
  ['fails', async () => Response.json({}, { status: 500 })],
  ['answers HTML', async () => new Response('<p>', { headers: { 'content-type': 'text/html' } })],
  ['hangs up', () => Promise.reject(new TypeError('fetch failed'))],
  ['does not know our secret', async () => Response.json({ error: 'invalid_client' }, { status: 401 })],
]

describe.each(casesWith('oauth'))('$name', (testCase) => {
  it('O05 believes an ID token of its own provider alone, made for it and for this sign-in', async () => {
    const forger = await createTokenForger()
    const { depart, agree, comeBack, ways, counts } = await openOAuthFlows(testCase, {
      intercept: forger.bend,
    })
    const travel = async (token: () => Promise<string>): Promise<ResponseData> => {
      const departure = await depart('google')
      forger.expectNonce(departure.authorizationUrl.searchParams.get('nonce'))
      forger.answerWith(token)
      return comeBack(await agree(departure), departure.cookie)
    }
    const before = await counts()
    const forged = { ...forger.tokens, 'of another sign-in': () => forger.sign({ nonce: 'another' }) }
    for (const [what, token] of Object.entries(forged)) {
      const response = await travel(token)
      expect([what, ways.credentialIn(response)]).toEqual([what, undefined])
      expect([302, 400, 401, 500]).toContain(response.status)
    }
    expect(await counts()).toEqual(before)
    expect(ways.credentialIn(await travel(() => forger.sign()))).toBeDefined()
  })

  it.each(misbehaviours)(
    'O09 signs nobody in through a provider that %s, and keeps nothing of it',
    async (_, response) => {
      for (const place of ['/github/token', '/github/user']) {
        const { travel, ways, counts } = await openOAuthFlows(testCase, {
          timeoutMs: 300,
          intercept: (path, ordinary) => (path === place ? response(ordinary) : ordinary()),
        })
        const before = await counts()
        const got = await travel()
        expect(ways.credentialIn(got)).toBeUndefined()
        expect([302, 400, 500, 502, 503]).toContain(got.status)
        expect(await counts()).toEqual(before)
      }
    },
  )

  it('O09 follows no provider to another address', async () => {
    let isReached = false
    const server = createServer(({ url }, response) => {
      if (url === '/inside') isReached = true
      response.writeHead(302, { location: '/inside' }).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const { travel, ways, counts } = await openOAuthFlows(testCase, {
      intercept: (path, _, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    })
    const before = await counts()
    expect(ways.credentialIn(await travel())).toBeUndefined()
    expect([isReached, await counts()]).toEqual([false, before])
  })

  it('O09 does not start with a provider of which the secret is missing, and knows none without credentials', async () => {
    const half = { github: { clientId: 'id', clientSecret: '' } }
    await expect(openTestServer(testCase, { oauth: half })).rejects.toThrow(
      'needs both a client id and a client secret',
    )
    const { send, oauth, settings } = await openTestServer(testCase)
    await settings({ providers: { github: 'unconfigured' } })
    const response = await send(oauth.start('github'))
    expect([400, 404]).toContain(response.status)
    expect(oauth.authorizationUrlIn(response)).toBeUndefined()
  })
})
