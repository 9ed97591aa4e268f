import { expect, it } from 'vitest'
import { openServer } from '../../support/sandbox.ts'
import { openBedrud, statusAndError } from './support.ts'

const everything = {
  serverName: 'Bedrud',
  registrationEnabled: true,
  tokenRegistrationOnly: false,
  guestLoginEnabled: true,
  passkeysEnabled: true,
  oauthProviders: ['google', 'github', 'twitter'],
  requireEmailVerification: false,
}

it('tells a sign-in page what is enabled, without an access token', async () => {
  const { request, settings } = await openBedrud()
  const get = async () => (await request('GET', '/settings')).body
  expect(await get()).toEqual(everything)
  await settings({ registration: 'inviteOnly', passkeys: false, providers: { github: 'unconfigured' } })
  expect(await get()).toEqual({
    ...everything,
    tokenRegistrationOnly: true,
    passkeysEnabled: false,
    oauthProviders: ['google', 'twitter'],
  })
  await settings({ registration: 'open', guests: false })
  expect(await get()).toMatchObject({ tokenRegistrationOnly: false, guestLoginEnabled: false })
})

it('reports guest sign-in as disabled while registration is closed, as it fails then', async () => {
  const { request, post, settings } = await openBedrud()
  await settings({ registration: 'closed' })
  const { body } = await request('GET', '/settings')
  expect(body).toMatchObject({ registrationEnabled: false, guestLoginEnabled: false })
  expect(statusAndError(await post('/guest-login', { name: 'Guest' }))[0]).toBe(403)
})

it('lists only the providers that a production server has credentials for', async () => {
  const server = await openServer('bedrud', {
    oauth: { github: { clientId: 'client', clientSecret: 'secret' } },
  })
  const response = await server.fetch(new Request('http://localhost:4000/api/auth/settings'))
  expect(await response.json()).toEqual({ ...everything, oauthProviders: ['github'] })
})

it('does not limit how often the settings are read', async () => {
  const { request } = await openBedrud()
  for (let count = 0; count < 12; count++) expect((await request('GET', '/settings')).status).toBe(200)
})
