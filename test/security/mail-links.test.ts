import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PlainRequest } from '../../src/conformance/variants/adapter.ts'
import { hashOf } from '../../src/core/secrets.ts'
import { insert, type Store } from '../../src/core/store.ts'
import { listen } from '../../src/server/listen.ts'
import { startSmtpServer } from '../adapters/smtp-server.ts'
import { casesWith, isSuccess, openTestServer } from './test-server.ts'

/** Headers with which an attacker tries to change the host of the links. */
const evil = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-original-host': 'evil.example',
  forwarded: 'host=evil.example;proto=http',
  origin: 'https://evil.example',
  referer: 'https://evil.example/',
}
const publicUrl = 'https://auth.example.com'
const webUrl = 'https://app.example.com'

/** Stores the API key that an operator would create. */
const storeApiKey = (store: Store, key: string) =>
  store.write([
    insert('apiKeys', {
      ...{ id: 'key_1', keyHash: hashOf(key), preview: key.slice(0, 11), name: 'App', description: null },
      ...{ kind: 'publishable', realm: 'prj/prod', scopes: [], createdAt: 0, lastUsedAt: null },
      ...{ userId: null, organizationId: null, projectId: null, expiresAt: null, revokedAt: null },
    }),
  ])

const casesWithMail = casesWith().filter(({ adapter }) => adapter.mailTokenSeconds !== undefined)

// In production mode, because only there any Host header is accepted.
describe.each(casesWithMail)('$name', (testCase) => {
  it('T05 builds links from the configured URLs, regardless of the headers of the request', async () => {
    const peer = await startSmtpServer()
    onTestFinished(() => peer.stop())
    const subject = await openTestServer(testCase, {
      ...{ mode: 'production', publicUrl, webUrl, mail: { smtpUrl: peer.url } },
    })
    const server = await listen(subject.fetch, { host: '127.0.0.1', port: 0 })
    onTestFinished(() => server.close())
    const { port } = new URL(server.url)

    /** `fetch` cannot send another `Host` header. */
    async function send({ method, path, body, headers = {} }: PlainRequest): Promise<number | undefined> {
      const json = { 'content-type': 'application/json' }
      const sent = request({
        ...{ host: '127.0.0.1', port, method, path, agent: false },
        headers: { ...headers, ...json, ...evil },
      })
      sent.end(JSON.stringify(body))
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      response.resume()
      return response.statusCode
    }

    const { signUp, sendVerification, requestReset, statuses } = testCase.adapter
    const person = { email: 'robin@example.net', password: 'a long enough phrase', name: 'Robin' }
    const signUpRequest = signUp(person)
    const key = signUpRequest.headers?.['x-api-key']
    if (key) await storeApiKey(subject.store, key)
    expect(await send(signUpRequest)).toBe(statuses.signedUp)
    const requests = [sendVerification?.(person.email), requestReset?.(person.email)].filter(
      (request) => !!request,
    )
    for (const request of requests) expect(await send(request)).toSatisfy(isSuccess)

    const mails = requests.length || 1
    await expect.poll(() => peer.mails.length).toBe(mails)
    expect(JSON.stringify(peer.mails)).not.toContain('evil')
    const links = peer.mails.flatMap(({ body }) => body.match(/https?:\/\/[^\s"<]+/g) ?? [])
    expect(links.length).toBeGreaterThan(0)
    for (const link of links) expect([publicUrl, webUrl]).toContain(new URL(link).origin)
  })
})
