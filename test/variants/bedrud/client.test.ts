import { expect, it } from 'vitest'
import { createBedrudClient, match } from '../../../src/client/index.ts'
import { john, mary, openBedrud } from './support.ts'

/** The typed client, connected to a sandbox instead of the network. */
async function openClient() {
  const bedrud = await openBedrud()
  const signedOut: string[] = []
  const client = createBedrudClient({
    baseUrl: bedrud.publicUrl,
    fetch: (request: Request) => bedrud.fetch(request, { ip: '192.0.2.1' }),
    onSignedOut: () => signedOut.push('signed out'),
  })
  return { ...bedrud, client, signedOut }
}

it('registers with the typed client, refreshes after an hour and signs out', async () => {
  const { client, advance, signedOut } = await openClient()
  expect((await client.POST('/api/auth/register', { body: john })).data?.user.email).toBe(john.email)
  await advance(3601)
  const profiles = await Promise.all([1, 2, 3].map(() => client.GET('/api/auth/me')))
  expect(profiles.map(({ data }) => data?.name)).toEqual(['John Doe', 'John Doe', 'John Doe'])
  expect((await client.POST('/api/auth/logout')).data).toEqual({ message: 'logged out' })
  expect(await client.tokens.get()).toBeUndefined()
  expect((await client.GET('/api/auth/me')).response.status).toBe(401)
  expect(signedOut).toEqual([])
})

it('signs the typed client out after another device has signed in and the access token has expired', async () => {
  const { client, signIn, advance, signedOut } = await openClient()
  const { email, password } = mary
  await client.POST('/api/auth/login', { body: { email, password } })
  await signIn(mary)
  expect((await client.GET('/api/auth/me')).data?.id).toBe(mary.id)
  await advance(3601)
  expect((await client.GET('/api/auth/me')).response.status).toBe(401)
  expect(signedOut).toEqual(['signed out'])
})

it('lets users of the typed client match responses by status', async () => {
  const { client } = await openClient()
  const body = { email: mary.email, password: 'harbour lights at ten' }
  const outcome = match(await client.POST('/api/auth/login', { body }), {
    200: () => 'signed in',
    401: ({ error }) => error,
    otherwise: () => 'another status',
  })
  expect(outcome).toBe('invalid credentials')
})
