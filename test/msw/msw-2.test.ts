import { setupServer } from 'msw-2/node'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createHandlers } from '../../src/msw/index.ts'

vi.mock('msw', () => import('msw-2'))

it('runs on version 2 of MSW', async () => {
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
