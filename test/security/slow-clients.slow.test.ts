import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { start } from '../cli/child.ts'

/** How often a client sends one byte more, in milliseconds. */
const pause = 250

const ends: (() => Promise<void>)[] = []
let server: URL
beforeAll(async () => {
  const args = ['serve', 'openfactory', '--memory', '--port', '0']
  const atEnd = (end: () => Promise<void>) => void ends.push(end)
  server = new URL(await start(args, {}, 'src/cli/auth-contracts.js', { atEnd }).url())
})
afterAll(() => Promise.all(ends.map((end) => end())))

/** The server looks for clients that are too slow every few seconds. */
const seconds = (least: number, most: number) => ({ least: least * 1000, most: most * 1000 })

describe.concurrent('a client that sends one byte after the other', () => {
  it.each([
    [
      'the head of a request',
      'POST /api/auth/signin HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
      seconds(14, 20),
    ],
    [
      'a body',
      'POST /api/auth/signin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n',
      seconds(24, 30),
    ],
    [
      'a body without its length',
      'POST /api/auth/signin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n',
      seconds(24, 30),
    ],
  ])(
    'I01 is cut within 30 s, for %s',
    async (_, beginning, { least, most }) => {
      const socket = connect(Number(server.port), server.hostname)
      await once(socket, 'connect')
      const since = performance.now()
      let told = ''
      const closed = new Promise((resolve) => socket.once('close', resolve))
      // The connection may be reset while another byte is under way.
      socket.on('data', (chunk) => (told += chunk)).on('error', () => {})
      socket.write(beginning)
      const drip = setInterval(() => socket.write('x'), pause)
      await closed
      clearInterval(drip)
      const taken = performance.now() - since
      // A reset takes the answer along if it comes first.
      expect(told).toMatch(/^$|^HTTP\/1\.1 408 /)
      expect(taken).toBeGreaterThan(least)
      expect(taken).toBeLessThan(most)
    },
    60_000,
  )
})
