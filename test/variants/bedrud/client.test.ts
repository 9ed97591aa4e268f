import { expect, it } from 'vitest'
import { createBedrudClient, match } from '../../../src/client/index.ts'
import { john, mary, openBedrud } from './support.ts'

/** The typed client of this API, with the sandbox in place of the network. */
async function scene() {
  const bedrud = await openBedrud()
  const over: string[] = []
  const client = createBedrudClient({
    baseUrl: bedrud.publicUrl,
    fetch: (request: Request) => bedrud.fetch(request, { ip: '192.0.2.1' }),
    onSignedOut: () => over.push('signed out'),
  })
  return { ...bedrud, client, over }
}

it('the typed client registers, stays signed in beyond the hour, and signs out', async () => {
  const { client, advance, over } = await scene()
  expect((await client.POST('/api/auth/register', { body: john })).data?.user.email).toBe(john.email)
  await advance(3601)
  const profiles = await Promise.all([1, 2, 3].map(() => client.GET('/api/auth/me')))
  expect(profiles.map(({ data }) => data?.name)).toEqual(['John Doe', 'John Doe', 'John Doe'])
  expect((await client.POST('/api/auth/logout')).data).toEqual({ message: 'logged out' })
  expect(await client.tokens.get()).toBeUndefined()
  expect((await client.GET('/api/auth/me')).response.status).toBe(401)
  expect(over).toEqual([])
})

it('the typed client learns that its session is over when another device signs in', async () => {
  const { client, signIn, advance, over } = await scene()
  const { email, password } = mary
  await client.POST('/api/auth/login', { body: { email, password } })
  await signIn(mary)
  expect((await client.GET('/api/auth/me')).data?.id).toBe(mary.id)
  await advance(3601)
  expect((await client.GET('/api/auth/me')).response.status).toBe(401)
  expect(over).toEqual(['signed out'])
})

it('the typed client tells refusals by their status', async () => {
  const { client } = await scene()
  const body = { email: mary.email, password: 'harbour lights at ten' }
  const outcome = match(await client.POST('/api/auth/login', { body }), {
    200: () => 'signed in',
    401: ({ error }) => error,
    otherwise: () => 'something else',
  })
  expect(outcome).toBe('invalid credentials')
})
