import { expect } from 'vitest'
import { createBedrudClient } from '../../../src/client/index.ts'
import { credentials, type Journey, person } from '../../msw/journeys.ts'

export const journey: Journey<'bedrud'> = async (auth, baseUrl) => {
  const bedrud = createBedrudClient({ baseUrl })
  expect((await bedrud.POST('/api/auth/register', { body: person })).response.status).toBe(200)
  const wrong = await bedrud.POST('/api/auth/login', {
    body: { ...credentials, password: 'wrong-password' },
  })
  expect([wrong.response.status, wrong.error]).toEqual([401, { error: expect.any(String) }])
  await bedrud.POST('/api/auth/login', { body: credentials })
  await auth.clock.advance('2h')
  expect((await bedrud.GET('/api/auth/me')).data?.email).toBe(credentials.email)
}
