import { describe, expect, it } from 'vitest'
import { compareLatencies } from '../../security/latency.ts'
import { engines } from '../../security/test-server.ts'
import { recordWork } from '../../security/work-recorder.ts'
import { isSlow } from '../../support/slow.ts'
import { ada, erin, mary, openBedrud } from './support.ts'

describe('passkey options', () => {
  it('E05 lists no passkeys for deactivated accounts, unknown emails and accounts without passkeys', async () => {
    const { post, settings } = await openBedrud()
    const allowed = async (email: string) =>
      (await post('/passkey/login/begin', { email })).body.allowCredentials
    expect(await allowed(ada.email)).toHaveLength(2)
    for (const email of [mary.email, erin.email, 'nobody@example.com', 'nonsense', ' '])
      expect(await allowed(email)).toEqual([])
    await settings({ users: [{ user: ada.id, status: 'deleted' }] })
    expect(await allowed(ada.email)).toEqual([])
  })

  it.each(Object.entries(engines))(
    'E05 runs the same queries for accounts without passkeys, unknown and invalid emails on %s',
    async (_, engine) => {
      const work = recordWork()
      const { post, settings } = await openBedrud({}, work.store(await engine()))
      await settings({ rateLimits: false, users: [{ user: erin.id, status: 'disabled' }] })
      const workFor = async (email: string) => {
        work.takeWork()
        expect((await post('/passkey/login/begin', { email })).status).toBe(200)
        return work.takeWork()
      }
      const expected = await workFor(mary.email)
      expect(expected).toContain('list passkeys userId')
      for (const email of [ada.email, erin.email, 'nobody@example.com', 'nonsense', ' '])
        expect([email, await workFor(email)]).toEqual([email, expected])
    },
  )

  if (isSlow)
    it('E05 takes the same time for accounts without passkeys and unknown emails', async () => {
      const { post, settings } = await openBedrud()
      await settings({ rateLimits: false })
      const begin = (email: string) => post('/passkey/login/begin', { email })
      for (let warmUp = 0; warmUp < 200; warmUp++) await begin(warmUp % 2 ? mary.email : 'nobody@example.com')
      let count = 0
      // As long as the email of the account.
      const unknown = () => begin(`m${String(count++ % 1000).padStart(3, '0')}${mary.email.slice(4)}`)
      const { auc } = await compareLatencies(() => begin(mary.email), unknown, 1_500)
      expect(auc).toBeGreaterThan(0.4)
      expect(auc).toBeLessThan(0.6)
    })

  it.each([undefined, '{', '[]', '{"email":7}', '{"email":null}', '{"email":""}'])(
    'lets the user choose any passkey on the device for the body %j',
    async (body) => {
      const { post } = await openBedrud()
      const response = await post('/passkey/login/begin', body)
      expect(response.body).toEqual({
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        rpId: 'localhost',
        userVerification: 'preferred',
        timeout: 300_000,
      })
    },
  )
})
