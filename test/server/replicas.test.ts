import { describe, expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import type { Adapter, PlainRequest } from '../../src/conformance/variants/adapter.ts'
import { bedrud } from '../../src/conformance/variants/bedrud.ts'
import { openfactory } from '../../src/conformance/variants/openfactory.ts'
import { startSmtpServer } from '../adapters/smtp-server.ts'
import { start, temporaryFolder } from '../cli/child.ts'
import { createTestDatabase } from '../support/postgres-schema.ts'

const secret = 'vS0mUq1cWJm3rB9yTn6xkZ2pQd8hLfGe4aRoXiNtCbw'

/** Starts server processes that only share a database and a secret. */
async function replicas(variant: VariantName, count: number, env: Record<string, string> = {}) {
  const [database, folder] = [await createTestDatabase(), await temporaryFolder()]
  const settings = { DATABASE_URL: database, SECRETS: secret, ...env }
  const all = Array.from({ length: count }, () =>
    start(['serve', variant, '--port', '0', '--data', folder], settings, 'src/cli/auth-contracts.js'),
  )
  return Promise.all(all.map(async (server) => ({ ...server, at: await server.url() })))
}

const sendTo = async (
  url: string,
  { method, path, body, headers = {} }: PlainRequest,
): Promise<ResponseData> => {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}
const personOf = (index: number) => ({
  email: `person${index}@example.net`,
  password: `a long enough phrase ${index}`,
  name: `Person ${index}`,
})
const signUp = async (url: string, adapter: Adapter, index: number) => {
  const response = await sendTo(url, adapter.signUp(personOf(index)))
  return {
    response,
    ...(response.status < 300 ? adapter.credentialIn(response) : { access: '', refresh: null }),
  }
}
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

describe('D08 two servers on one PostgreSQL', () => {
  it('seeds and migrates once when both start together', async () => {
    const [one, other] = await replicas('bkend', 2)
    const statuses = await Promise.all(
      [one, other].map(async (server) => (await fetch(`${server?.at}/readyz`)).status),
    )
    expect(statuses).toEqual([200, 200])
    const mina = { method: 'password', email: 'user@example.com', password: 'password123' }
    const headers = { 'x-api-key': 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }
    for (const server of [one, other])
      expect(
        (
          await sendTo(server?.at ?? '', {
            method: 'POST',
            path: '/v1/auth/email/signin',
            body: mina,
            headers,
          })
        ).status,
      ).toBe(200)
  })

  it('shares sessions, and revokes them on both servers immediately', async () => {
    const [one, other] = (await replicas('openfactory', 2)).map(({ at }) => at) as [string, string]
    const { access } = await signUp(one, openfactory, 1)
    expect((await sendTo(other, openfactory.getCurrentUser(access))).status).toBe(200)
    const signOut = openfactory.signOut?.({ access, refresh: null })
    if (signOut) await sendTo(other, signOut)
    expect((await sendTo(one, openfactory.getCurrentUser(access))).status).toBe(401)
  })

  it('accepts only one of fifty concurrent refreshes across both servers', async () => {
    const urls = (await replicas('bedrud', 2)).map(({ at }) => at) as [string, string]
    await sendTo(urls[0], { method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    await sendTo(urls[1], { method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    const { refresh } = await signUp(urls[0], bedrud, 1)
    const sent = bedrud.refresh?.(refresh ?? '')
    if (!sent) throw new Error('The API has no refresh')
    const responses = await Promise.all(times(50, (index) => sendTo(urls[index % 2] ?? '', sent)))
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(49)
  })

  it('creates one account for fifty concurrent sign-ups with the same email', async () => {
    const urls = (await replicas('openfactory', 2)).map(({ at }) => at)
    for (const url of urls)
      await sendTo(url, { method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    const responses = await Promise.all(
      times(50, (index) => sendTo(urls[index % 2] ?? '', openfactory.signUp(personOf(1)))),
    )
    const created = responses.filter(({ status }) => status === 201)
    expect(created).toHaveLength(1)
    expect(responses.every(({ status }) => [201, 409, 429, 503].includes(status))).toBe(true)
  })

  it('counts rate limits across both servers', async () => {
    const urls = (await replicas('openfactory', 2)).map(({ at }) => at)
    const wrong = openfactory.signIn({ email: 'nobody@example.net', password: 'not the right one' })
    const responses = await Promise.all(times(30, (index) => sendTo(urls[index % 2] ?? '', wrong)))
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(10)
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(20)
  })

  it('sends each mail once', async () => {
    const peer = await startSmtpServer()
    try {
      const urls = (await replicas('openfactory', 2, { SMTP_URL: peer.url })).map(({ at }) => at)
      await signUp(urls[0] ?? '', openfactory, 1)
      const reset = openfactory.requestReset?.(personOf(1).email)
      if (reset) await sendTo(urls[1] ?? '', reset)
      const received = () => peer.mails.filter(({ to }) => to.includes(personOf(1).email))
      await expect.poll(() => received().length).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      expect(received()).toHaveLength(1)
    } finally {
      await peer.stop()
    }
  })

  it('keeps every acknowledged sign-up when one server is killed meanwhile', async () => {
    const [killed, survivor] = await replicas('openfactory', 2)
    if (!killed || !survivor) throw new Error('Two servers are required')
    for (const { at } of [killed, survivor])
      await sendTo(at, { method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    const acknowledged: number[] = []
    const outcomes = times(60, async (index) => {
      const target = index % 2 ? killed : survivor
      const { response } = await signUp(target.at, openfactory, index).catch(() => ({ response: undefined }))
      if (response?.status === 201) acknowledged.push(index)
      if (acknowledged.length === 8) killed.kill('SIGKILL')
    })
    await Promise.all(outcomes)
    await killed.ended
    expect(acknowledged.length).toBeGreaterThanOrEqual(8)
    for (const index of acknowledged) {
      const { status, body } = await sendTo(survivor.at, openfactory.signIn(personOf(index)))
      expect([index, status]).toEqual([index, 200])
      const session = await sendTo(survivor.at, openfactory.getCurrentUser(body.session.token))
      expect(session.body).toMatchObject({ organizationId: expect.any(String), role: 'admin' })
    }
  })
})
