import { setupServer } from 'msw-2/node'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'

// Test files of one worker share their modules, so the handlers must be loaded anew with each version.
beforeEach(() => {
  vi.resetModules()
  vi.doMock('msw', () => import('msw-2'))
})
afterEach(() => {
  vi.doUnmock('msw')
  vi.resetModules()
})

it('runs on version 2 of MSW', async () => {
  const { createHandlers } = await import('../../src/msw/index.ts')
  const auth = await createHandlers('bedrud', { baseUrl: 'https://api.example.com' })
  const server = setupServer(...(auth.handlers as unknown as Parameters<typeof setupServer>))
  server.listen({ onUnhandledRequest: 'error' })
  onTestFinished(() => server.close())
  const { headers, user } = await auth.signIn()
  const me = () => fetch('https://api.example.com/api/auth/me', { headers })
  expect(await (await me()).json()).toMatchObject({ email: user.email })
  await auth.clock.advance('2h')
  expect((await me()).status).toBe(401)
  // MSW also logs the error.
  vi.spyOn(console, 'error').mockImplementation(() => {})
  await expect(fetch('https://api.example.com/unknown')).rejects.toThrow()
})
