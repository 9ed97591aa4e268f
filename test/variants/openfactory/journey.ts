import { expect } from 'vitest'
import { createOpenfactoryClient } from '../../../src/client/index.ts'
import { credentials, type Journey, person } from '../../msw/journeys.ts'

export const journey: Journey<'openfactory'> = async (auth, baseUrl) => {
  const openfactory = createOpenfactoryClient({ baseUrl })
  await openfactory.POST('/api/auth/signup', { body: { ...person, organizationName: 'Kim and friends' } })
  const { email } = credentials
  await openfactory.POST('/api/auth/forgot-password', { body: { email } })
  const [token = ''] = (await auth.inbox.latest(email, { kind: 'resetPassword' })).tokens
  const newPassword = 'meadow-under-5-stars'
  await openfactory.POST('/api/auth/reset-password', { body: { token, newPassword } })
  expect((await openfactory.POST('/api/auth/signin', { body: credentials })).response.status).toBe(401)
  await openfactory.POST('/api/auth/signin', { body: { email, password: newPassword } })
  expect((await openfactory.GET('/api/auth/session')).data?.user.email).toBe(email)
  await auth.clock.advance('31d')
  expect((await openfactory.GET('/api/auth/session')).response.status).toBe(401)
}
