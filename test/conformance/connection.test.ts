import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConnectionError, openConnection } from '../../src/conformance/connection.ts'

async function sendTo(respond: (response: ServerResponse) => void, timeoutMs = 10_000): Promise<unknown> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"half":', () => respond(response))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connection = openConnection(url, { timeoutMs })
  onTestFinished(() => {
    connection.close()
    server.closeAllConnections()
    server.close()
  })
  return connection.send({ method: 'GET', path: '/' }).catch((error) => error)
}

describe('a response that ends in the middle', () => {
  it('is an error of the connection when the server stops sending', async () => {
    const error = await sendTo(() => {}, 200)
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/^No complete response from .* within 0\.2 s\.$/),
    )
  })

  it('is an error of the connection when the server closes it', async () => {
    const error = await sendTo((response) => response.destroy())
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining('closed the connection without a complete'),
    )
  })
})
