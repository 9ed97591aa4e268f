import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import type { Adapter, Person, PlainRequest } from '../../src/conformance/variants/adapter.ts'
import { bedrud } from '../../src/conformance/variants/bedrud.ts'
import { bkend } from '../../src/conformance/variants/bkend.ts'
import { bondmcp } from '../../src/conformance/variants/bondmcp.ts'
import { openfactory } from '../../src/conformance/variants/openfactory.ts'
import { startKillableServer } from '../support/killable-server.ts'
import { createTestDatabase } from '../support/postgres-schema.ts'
import { isSlow } from '../support/slow.ts'
import { times } from './test-server.ts'

/**
 * 200 rounds in total, most of them where a sign-up writes most rows: user, organization, membership,
 * session.
 */
const cases: { adapter: Adapter; engine: 'sqlite' | 'postgres'; rounds: number }[] = [
  { adapter: openfactory, engine: 'sqlite', rounds: isSlow ? 80 : 1 },
  { adapter: openfactory, engine: 'postgres', rounds: isSlow ? 30 : 1 },
  { adapter: bedrud, engine: 'sqlite', rounds: isSlow ? 30 : 1 },
  { adapter: bkend, engine: 'sqlite', rounds: isSlow ? 30 : 1 },
  { adapter: bondmcp, engine: 'sqlite', rounds: isSlow ? 30 : 1 },
]

/** More than twice the sign-ups that the hasher lets run at once; the rest would only wait for it. */
const clients = 12

describe.each(cases)('$adapter.name on $engine', ({ adapter, engine, rounds }) => {
  it('D01 keeps all acknowledged sign-ups and leaves no incomplete account when the server is killed', async () => {
    const env = engine === 'postgres' ? { DATABASE_URL: await createTestDatabase() } : {}
    const server = await startKillableServer(adapter.name, env)
    const send = ({ method, path, ...rest }: PlainRequest): Promise<ResponseData> =>
      server.ask(method, path, rest)
    /** Retries after 503, because the machine may be busy. */
    async function sendWithRetry(sent: PlainRequest): Promise<ResponseData> {
      for (let attempt = 1; ; attempt++) {
        const response = await send(sent)
        if (response.status !== 503 || attempt === 100) return response
        await setTimeout(100)
      }
    }
    const noLimits = () =>
      sendWithRetry({ method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })

    /** Signs up one user after the other until the server is gone. */
    async function client(name: string, tried: Person[], acknowledged: Set<Person>) {
      for (let count = 0; ; count++) {
        const person = { email: `${name}-${count}@example.net`, password: 'a long enough phrase', name }
        tried.push(person)
        const response = await send(adapter.signUp(person)).catch(() => undefined)
        if (response === undefined) return
        if (response.status === adapter.statuses.signedUp) acknowledged.add(person)
      }
    }

    /** Tells whether a user can sign in. Fails if the account is incomplete. */
    async function isUsable(person: Person): Promise<boolean> {
      if (adapter.requiresVerification && adapter.verify) {
        const mail = await server.mailTo(person.email, 'verifyEmail')
        const token = mail?.tokens[0]
        if (token !== undefined) await sendWithRetry(adapter.verify({ email: person.email, token }))
      }
      const response = await sendWithRetry(adapter.signIn(person))
      if (response.status === 401) return false
      expect(response.status).toBe(adapter.statuses.signedIn)
      const me = await sendWithRetry(adapter.getCurrentUser(adapter.credentialIn(response).access))
      expect(me.status).toBe(200)
      if (adapter.emailIn) expect(adapter.emailIn(me)).toBe(person.email)
      if (adapter === openfactory)
        expect(me.body).toMatchObject({ organizationId: expect.any(String), role: 'admin' })
      return true
    }

    for (let round = 0; round < rounds; round++) {
      await noLimits()
      const [tried, acknowledged] = [[] as Person[], new Set<Person>()]
      const running = times(clients, (index) => client(`r${round}c${index}`, tried, acknowledged))
      while (acknowledged.size === 0) await setTimeout(10)
      await setTimeout(Math.random() * (isSlow ? 250 : 100))
      const restarted = server.killAndRestart()
      await Promise.all(running)
      await restarted
      await noLimits()
      // As many concurrent checks as clients, so that the server is not overloaded.
      const remaining = tried.values()
      const check = async () => {
        for (const person of remaining) {
          if (await isUsable(person)) continue
          expect([person.email, acknowledged.has(person)]).toEqual([person.email, false])
          expect((await sendWithRetry(adapter.signUp(person))).status).toBe(adapter.statuses.signedUp)
        }
      }
      await Promise.all(times(clients, check))
    }
  })
})
