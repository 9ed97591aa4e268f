import { createMock, type MockOptions } from '../../src/mock/mock.ts'

interface Sent {
  method?: string
  headers?: Record<string, string>
  body?: string | FormData | URLSearchParams
}

/**
 * Creates a mock of a contract with these paths.
 * @returns a function that sends a request and returns the status, the body and the response, and the log
 */
export async function mockOf(paths: object, more: object = {}, options: MockOptions = {}) {
  const logged: string[] = []
  const document = { openapi: '3.1.0', info: { title: 'Small', version: '1' }, paths, ...more }
  const mock = await createMock(document, { log: (text) => logged.push(text), ...options })
  async function send(path: string, { method = 'GET', ...init }: Sent = {}) {
    const response = await mock.fetch(new Request(`http://mock.test${path}`, { method, ...init }))
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      body: isJson && text ? JSON.parse(text) : text,
      headers: response.headers,
    }
  }
  return { send, logged }
}

/** A response with a JSON body. */
export const json = (schema: object, examples?: Record<string, unknown>) => ({
  description: 'Some',
  content: {
    'application/json': {
      schema,
      ...(examples && {
        examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
      }),
    },
  },
})

/** An operation that responds with 204, or with 422 to an invalid request. */
export const operation = (parts: object) => ({
  responses: {
    204: { description: 'Done' },
    422: json({ type: 'object' }, { invalid: { error: 'invalid' } }),
  },
  ...parts,
})
