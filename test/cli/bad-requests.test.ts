import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { createMockServer } from '../../src/hub/mocks.ts'
import { listen } from '../../src/server/listen.ts'
import { factsOf } from '../support/facts.ts'
import { servedNames } from '../support/served.ts'
import { runServer } from './run.ts'

/** Sends raw text, and returns the whole response. */
async function send(url: string, text: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.write(text)
  await once(socket, 'close')
  const [head = '', body = ''] = received.split('\r\n\r\n')
  const lines = head.split('\r\n').slice(1)
  const headers = new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]))
  return { status: Number(head.split(' ')[1]), headers, body: JSON.parse(body) as unknown }
}

const requests: [status: number, about: string, text: string][] = [
  [400, 'a request that is not HTTP', 'hello\r\n\r\n'],
  [400, 'an invalid Host', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
  [400, 'an unknown method', 'FETCH / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  [431, 'large headers', `GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ${'x'.repeat(70_000)}\r\n\r\n`],
]

/** Serves a mock. Only the first one runs as a command, because loading Prism in a process takes a second. */
async function serveMock(variant: VariantName): Promise<string> {
  if (variant === servedNames[0]) {
    const command = await runServer(['mock', variant, '--port', '0'])
    onTestFinished(async () => void (await command.stop()))
    return command.url
  }
  const { fetch, badRequest } = await createMockServer(builtInApi(variant), { host: '127.0.0.1' })
  const { url, close } = await listen(fetch, { host: '127.0.0.1', port: 0 }, badRequest)
  onTestFinished(close)
  return url
}

it.each(servedNames)('responds to bad requests in the form of the API in the mock of %s', async (variant) => {
  const url = await serveMock(variant)
  const { badRequest = expect.any(Object) } = await factsOf(variant)
  for (const [status, about, text] of requests) {
    const response = await send(url, text)
    expect([about, response.status, response.body]).toEqual([about, status, badRequest])
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{1,64}$/)
  }
})

it('responds to bad requests with problem details in the hub', async () => {
  const server = await runServer(['start', '--port', '0', '--memory'])
  onTestFinished(async () => void (await server.stop()))
  for (const [status, about, text] of requests) {
    const response = await send(server.url, text)
    expect([about, response.status, response.body]).toEqual([
      about,
      status,
      { status, detail: expect.any(String) },
    ])
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  }
})
