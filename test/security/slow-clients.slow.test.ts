import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { start } from '../cli/child.ts'

/** The interval in milliseconds at which a client sends one more byte. */
const pause = 250

const ends: (() => Promise<void>)[] = []
let server: URL
beforeAll(async () => {
  const args = ['serve', 'openfactory', '--memory', '--port', '0']
  const atEnd = (end: () => Promise<void>) => void ends.push(end)
  server = new URL(await start(args, {}, 'src/cli/auth-contracts.js', { atEnd }).url())
})
afterAll(() => Promise.all(ends.map((end) => end())))

/** The accepted range: the server checks for slow clients every few seconds. */
const seconds = (least: number, most: number) => ({ least: least * 1000, most: most * 1000 })

describe.concurrent('slow clients', () => {
  it.each([
    ['the header', 'POST /api/auth/signin HTTP/1.1\r\nHost: localhost\r\nX-Slow: ', seconds(14, 20)],
    [
      'a body',
      'POST /api/auth/signin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n',
      seconds(24, 30),
    ],
    [
      'a chunked body',
      'POST /api/auth/signin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n',
      seconds(24, 30),
    ],
  ])(
    'I01 closes the connection within 30 seconds when a client sends %s byte by byte',
    async (_, beginning, { least, most }) => {
      const socket = connect(Number(server.port), server.hostname)
      await once(socket, 'connect')
      const since = performance.now()
      let received = ''
      const closed = new Promise((resolve) => socket.once('close', resolve))
      // The connection may be reset while a byte is in flight.
      socket.on('data', (chunk) => (received += chunk)).on('error', () => {})
      socket.write(beginning)
      const drip = setInterval(() => socket.write('x'), pause)
      await closed
      clearInterval(drip)
      const taken = performance.now() - since
      // If the reset arrives first, the client gets no response.
      expect(received).toMatch(/^$|^HTTP\/1\.1 408 /)
      expect(taken).toBeGreaterThan(least)
      expect(taken).toBeLessThan(most)
    },
    60_000,
  )
})
