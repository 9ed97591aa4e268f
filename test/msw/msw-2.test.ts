// @vitest-environment happy-dom
import { setupServer } from 'msw-2/node'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { createBedrudClient } from '../../src/client/index.ts'

// Test files of one worker share their modules, so the handlers must be loaded anew with each version.
beforeEach(() => {
  vi.resetModules()
  vi.doMock('msw', () => import('msw-2'))
})
afterEach(() => {
  vi.doUnmock('msw')
  vi.resetModules()
})

it('runs on version 2 of MSW, with a client and cookies in happy-dom', async () => {
  const { createHandlers } = await import('../../src/msw/index.ts')
  const baseUrl = 'https://api.example.com'
  const auth = await createHandlers('bedrud', { baseUrl })
  const server = setupServer(...(auth.handlers as unknown as Parameters<typeof setupServer>))
  server.listen({ onUnhandledRequest: 'error' })
  onTestFinished(() => server.close())
  const bedrud = createBedrudClient({ baseUrl })
  const { user } = await auth.signIn()
  const { email, password } = user
  await bedrud.POST('/api/auth/login', { body: { email, password: password ?? '' } })
  const me = async (credentials: RequestCredentials) =>
    (await fetch(`${baseUrl}/api/auth/me`, { credentials })).status
  expect([await me('include'), await me('same-origin')]).toEqual([200, 401])
  await auth.clock.advance('2h')
  expect(await me('include')).toBe(401)
  expect((await bedrud.GET('/api/auth/me')).data?.email).toBe(email)
  // MSW also logs the error.
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await expect(fetch(`${baseUrl}/unknown`)).rejects.toThrow()
})
