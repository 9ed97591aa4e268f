// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { accessTokenSeconds } from '../support/variants.ts'
import { testable } from '../testing/sandbox.ts'
import { baseUrl, mock } from './mocked.ts'

// Without the clients, because copies of responses have no body:
// https://github.com/capricorn86/happy-dom/issues/2353
it.each(testable)('responds to fetch in happy-dom with users of $name', async ({ name, getCurrentUser }) => {
  expect(document.body).toBeDefined()
  const { signIn, clock } = await mock(name)
  const { path } = getCurrentUser('')
  const { headers } = await signIn()
  const statusOf = async (init?: RequestInit) => (await fetch(`${baseUrl}${path}`, init)).status
  expect([await statusOf(), await statusOf({ headers })]).toEqual([401, 200])
  await clock.advance(accessTokenSeconds(name) + 60)
  expect(await statusOf({ headers })).toBe(401)
})
