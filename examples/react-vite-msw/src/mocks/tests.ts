import { cleanup } from '@testing-library/react'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { auth } from './auth.ts'

const server = setupServer(...auth.handlers)

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(async () => {
  cleanup()
  localStorage.clear()
  await auth.reset()
})
afterAll(() => server.close())
