import { expect } from 'vitest'
import { createBkendClient } from '../../../src/client/index.ts'
import { credentials, type Journey, person } from '../../msw/journeys.ts'

export const journey: Journey<'bkend'> = async (auth, baseUrl) => {
  const apiKey = `pk_${'0123456789abcdef'.repeat(4)}`
  const bkend = createBkendClient({ baseUrl, apiKey })
  expect((await bkend.POST('/v1/auth/email/signup', { body: person })).response.status).toBe(201)
  const { email } = credentials
  await bkend.POST('/v1/auth/email/verify/send', { body: { email } })
  const [token = ''] = (await auth.inbox.latest(email)).tokens
  await bkend.POST('/v1/auth/email/verify/confirm', { body: { email, token } })
  const wrong = await bkend.POST('/v1/auth/email/signin', { body: { email, password: 'wrong-password' } })
  expect([wrong.response.status, wrong.error?.error.code]).toEqual([401, 'auth/invalid-credentials'])
  await bkend.POST('/v1/auth/email/signin', { body: credentials })
  await auth.clock.advance('2h')
  const { data } = await bkend.GET('/v1/auth/me')
  expect(data).toMatchObject({ email, emailVerified: expect.any(String) })
}
