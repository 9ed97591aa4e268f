import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startKillableServer } from '../support/killable-server.ts'
import { createTestDatabase } from '../support/postgres-schema.ts'
import { isSlow } from '../support/slow.ts'
import type { Dialect, Person, RequestData, ResponseData } from './dialect.ts'
import { bedrud } from './dialects/bedrud.ts'
import { bkend } from './dialects/bkend.ts'
import { bondmcp } from './dialects/bondmcp.ts'
import { openfactory } from './dialects/openfactory.ts'
import { times } from './test-server.ts'

/**
 * 200 rounds in total, most of them where a sign-up writes most rows: user, organization, membership,
 * session.
 */
const cases: { dialect: Dialect; engine: 'sqlite' | 'postgres'; rounds: number }[] = [
  { dialect: openfactory, engine: 'sqlite', rounds: isSlow ? 80 : 1 },
  { dialect: openfactory, engine: 'postgres', rounds: isSlow ? 30 : 1 },
  { dialect: bedrud, engine: 'sqlite', rounds: isSlow ? 30 : 1 },
  { dialect: bkend, engine: 'sqlite', rounds: isSlow ? 30 : 1 },
  { dialect: bondmcp, engine: 'sqlite', rounds: isSlow ? 30 : 1 },
]

const clients = isSlow ? 32 : 12

describe.each(cases)('$dialect.name on $engine', ({ dialect, engine, rounds }) => {
  it('D01 keeps all acknowledged sign-ups and leaves no incomplete account when the server is killed', async () => {
    const env = engine === 'postgres' ? { DATABASE_URL: await createTestDatabase() } : {}
    const server = await startKillableServer(dialect.name, env)
    const send = ({ method, path, ...rest }: RequestData): Promise<ResponseData> =>
      server.ask(method, path, rest)
    /** Retries after 503, because the machine may be busy. */
    async function sendWithRetry(sent: RequestData): Promise<ResponseData> {
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
        const response = await send(dialect.signUp(person)).catch(() => undefined)
        if (response === undefined) return
        if (response.status === dialect.statuses.signedUp) acknowledged.add(person)
      }
    }

    /** Tells whether a user can sign in. Fails if the account is incomplete. */
    async function isUsable(person: Person): Promise<boolean> {
      if (dialect.requiresVerification && dialect.verify) {
        const mail = await server.mailTo(person.email, 'verifyEmail')
        const token = mail?.tokens[0]
        if (token !== undefined) await sendWithRetry(dialect.verify({ email: person.email, token }))
      }
      const response = await sendWithRetry(dialect.signIn(person))
      if (response.status === 401) return false
      expect(response.status).toBe(dialect.statuses.signedIn)
      const me = await sendWithRetry(dialect.getCurrentUser(dialect.credentialIn(response).access))
      expect(me.status).toBe(200)
      if (dialect.emailIn) expect(dialect.emailIn(me)).toBe(person.email)
      if (dialect === openfactory)
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
          expect((await sendWithRetry(dialect.signUp(person))).status).toBe(dialect.statuses.signedUp)
        }
      }
      await Promise.all(times(clients, check))
    }
  })
})
