import { describe, expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { startSmtpServer } from '../adapters/smtp-server.ts'
import { start, temporaryFolder } from '../cli/child.ts'
import type { Dialect, Got, Sent } from '../security/dialect.ts'
import { bedrud } from '../security/dialects/bedrud.ts'
import { openfactory } from '../security/dialects/openfactory.ts'
import { createTestDatabase } from '../support/postgres-schema.ts'

const secret = 'vS0mUq1cWJm3rB9yTn6xkZ2pQd8hLfGe4aRoXiNtCbw'

/** Server processes that have nothing in common but a database and a secret. */
async function replicas(variant: VariantName, count: number, env: Record<string, string> = {}) {
  const [database, folder] = [await createTestDatabase(), await temporaryFolder()]
  const settings = { DATABASE_URL: database, SECRETS: secret, ...env }
  const all = Array.from({ length: count }, () =>
    start(['serve', variant, '--port', '0', '--data', folder], settings, 'src/cli/auth-contracts.js'),
  )
  return Promise.all(all.map(async (server) => ({ ...server, at: await server.url() })))
}

const send = async (url: string, { method, path, body, headers = {} }: Sent): Promise<Got> => {
  const answer = await fetch(url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json')
  return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined }
}
const personOf = (index: number) => ({
  email: `person${index}@example.net`,
  password: `a long enough phrase ${index}`,
  name: `Person ${index}`,
})
const signUp = async (url: string, dialect: Dialect, index: number) => {
  const answer = await send(url, dialect.signUp(personOf(index)))
  return { answer, ...(answer.status < 300 ? dialect.credentialIn(answer) : { access: '', refresh: null }) }
}
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

describe('D08 two servers on one PostgreSQL', () => {
  it('start together, and seed and migrate once', async () => {
    const [one, other] = await replicas('bkend', 2)
    const seeds = await Promise.all(
      [one, other].map(async (server) => (await fetch(`${server?.at}/readyz`)).status),
    )
    expect(seeds).toEqual([200, 200])
    const mina = { method: 'password', email: 'user@example.com', password: 'password123' }
    const headers = { 'x-api-key': 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }
    for (const server of [one, other])
      expect(
        (await send(server?.at ?? '', { method: 'POST', path: '/v1/auth/email/signin', body: mina, headers }))
          .status,
      ).toBe(200)
  })

  it('know each other’s sessions, and each other’s sign-outs at once', async () => {
    const [one, other] = (await replicas('openfactory', 2)).map(({ at }) => at) as [string, string]
    const { access } = await signUp(one, openfactory, 1)
    expect((await send(other, openfactory.whoAmI(access))).status).toBe(200)
    const signOut = openfactory.signOut?.({ access, refresh: null })
    if (signOut) await send(other, signOut)
    expect((await send(one, openfactory.whoAmI(access))).status).toBe(401)
  })

  it('let one of fifty refreshes win, whichever they reach', async () => {
    const urls = (await replicas('bedrud', 2)).map(({ at }) => at) as [string, string]
    await send(urls[0], { method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    await send(urls[1], { method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    const { refresh } = await signUp(urls[0], bedrud, 1)
    const sent = bedrud.refresh?.(refresh ?? '')
    if (!sent) throw new Error('There is no refresh')
    const answers = await Promise.all(times(50, (index) => send(urls[index % 2] ?? '', sent)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(49)
  })

  it('make one account of fifty sign-ups with one address', async () => {
    const urls = (await replicas('openfactory', 2)).map(({ at }) => at)
    for (const url of urls)
      await send(url, { method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    const answers = await Promise.all(
      times(50, (index) => send(urls[index % 2] ?? '', openfactory.signUp(personOf(1)))),
    )
    const created = answers.filter(({ status }) => status === 201)
    expect(created).toHaveLength(1)
    expect(answers.every(({ status }) => [201, 409, 429, 503].includes(status))).toBe(true)
  })

  it('count limits together', async () => {
    const urls = (await replicas('openfactory', 2)).map(({ at }) => at)
    const wrong = openfactory.signIn({ email: 'nobody@example.net', password: 'not the right one' })
    const answers = await Promise.all(times(30, (index) => send(urls[index % 2] ?? '', wrong)))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20)
  })

  it('send each mail once', async () => {
    const peer = await startSmtpServer()
    try {
      const urls = (await replicas('openfactory', 2, { SMTP_URL: peer.url })).map(({ at }) => at)
      await signUp(urls[0] ?? '', openfactory, 1)
      const ask = openfactory.requestReset?.(personOf(1).email)
      if (ask) await send(urls[1] ?? '', ask)
      const mine = () => peer.mails.filter(({ to }) => to.includes(personOf(1).email))
      await expect.poll(() => mine().length, { timeout: 10_000 }).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      expect(mine()).toHaveLength(1)
    } finally {
      await peer.stop()
    }
  })

  it('lose nothing that was acknowledged when one of them is killed in the midst of sign-ups', async () => {
    const [doomed, survivor] = await replicas('openfactory', 2)
    if (!doomed || !survivor) throw new Error('There are not two servers')
    for (const { at } of [doomed, survivor])
      await send(at, { method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
    const acknowledged: number[] = []
    const outcomes = times(60, async (index) => {
      const target = index % 2 ? doomed : survivor
      const { answer } = await signUp(target.at, openfactory, index).catch(() => ({ answer: undefined }))
      if (answer?.status === 201) acknowledged.push(index)
      if (acknowledged.length === 8) doomed.kill('SIGKILL')
    })
    await Promise.all(outcomes)
    await doomed.ended
    expect(acknowledged.length).toBeGreaterThanOrEqual(8)
    for (const index of acknowledged) {
      const { status, body } = await send(survivor.at, openfactory.signIn(personOf(index)))
      expect([index, status]).toEqual([index, 200])
      const session = await send(survivor.at, openfactory.whoAmI(body.session.token))
      expect(session.body).toMatchObject({ organizationId: expect.any(String), role: 'admin' })
    }
  })
})
