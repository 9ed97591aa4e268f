import { setupServer } from 'msw/node'
import { onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { createHandlers, type HandlersOptions, type MockedSandbox } from '../../src/msw/index.ts'

export const baseUrl = 'https://api.example.com'

/** Answers requests to the base URL with a sandbox until the end of the test. All other requests fail. */
export async function mock<Name extends VariantName>(
  name: Name,
  options: Partial<HandlersOptions> = {},
): Promise<MockedSandbox<Name>> {
  const auth = await createHandlers(name, { baseUrl, ...options })
  listen(...auth.handlers)
  return auth
}

/** Answers requests with handlers until the end of the test. All other requests fail. */
export function listen(...handlers: MockedSandbox['handlers']): void {
  const server = setupServer(...handlers)
  server.listen({ onUnhandledFrame: 'error' })
  onTestFinished(() => server.close())
}
