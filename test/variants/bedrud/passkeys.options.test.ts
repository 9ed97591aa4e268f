import { describe, expect, it } from 'vitest'
import { engines } from '../../security/test-server.ts'
import { recordWork } from '../../security/work-recorder.ts'
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
