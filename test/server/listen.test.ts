import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BadRequest } from '../../src/server/bad-requests.ts'
import { type Listening, listen } from '../../src/server/listen.ts'

let server: Listening

beforeAll(async () => {
  const fetch = async (request: Request) => {
    const { pathname, host } = new URL(request.url)
    if (pathname === '/read') return new Response(String((await request.arrayBuffer()).byteLength))
    return new Response(host, { status: pathname === '/' ? 200 : 413 })
  }
  const badRequest = ({ status }: BadRequest) => Response.json({ problem: status }, { status })
  server = await listen(fetch, { host: '127.0.0.1', port: 0 }, badRequest)
})
afterAll(() => server.close())

/** Sends raw text and returns the response in lower case, up to the end of its headers. */
async function send(text: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(text)
  const [response] = await once(socket, 'data')
  socket.destroy()
  return String(response).toLowerCase()
}

const withCookie = (length: number) =>
  `GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ${'x'.repeat(length)}\r\n\r\n`

const post = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`

/** Connects as a client that may send after the server has ended its side. */
const connectHalfOpen = () =>
  connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', allowHalfOpen: true })

describe('listen', () => {
  it('accepts HTTP/1.0 without Host', async () => {
    expect(await send('GET / HTTP/1.0\r\n\r\n')).toContain(' 200 ok')
  })

  it('rejects HTTP/1.1 without Host', async () => {
    expect(await send('GET / HTTP/1.1\r\n\r\n')).toContain(' 400 bad request')
  })

  it('responds to OPTIONS * with 204', async () => {
    expect(await send('OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n')).toContain(' 204 no content')
  })

  it.each([
    [400, 'a malformed header', 'GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n'],
    [400, 'NUL in a header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-API-Key: a\0b\r\n\r\n'],
    [400, 'NUL in the target', 'GET /a\0b HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [400, 'an unknown method', 'FETCH / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [400, 'no HTTP', 'hello\r\n\r\n'],
    [400, 'an invalid Host', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
    [431, 'headers that are too large', withCookie(70_000)],
  ])('responds with %i in the form of the API to %s', async (status, _, request) => {
    const response = await send(request)
    expect(response).toContain(`http/1.1 ${status} `)
    expect(response).toContain('content-type: application/json')
    expect(response).toContain('access-control-allow-origin: *')
    expect(response).toMatch(new RegExp(`\r\n\r\n\\{"problem":${status}\\}$`))
  })

  it('accepts the cookies of many apps on localhost', async () => {
    expect(await send(withCookie(60_000))).toContain(' 200 ok')
  })

  it('rejects other methods on *', async () => {
    expect(await send('GET * HTTP/1.1\r\nHost: localhost\r\n\r\n')).toContain(' 400 bad request')
  })

  it('keeps idle connections longer than the documented proxies', async () => {
    expect(await send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')).toContain('keep-alive: timeout=125')
  })

  it.each([
    ['with a Content-Length', post('/large', 300_000)],
    [
      'of unknown length',
      'POST /large HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello',
    ],
  ])('announces that it closes the connection when a body %s is not read', async (_, request) => {
    const response = await send(request)
    expect(response).toContain(' 413 ')
    expect(response).toContain('connection: close')
  })

  it('delivers the response to a client that still sends its body', async () => {
    const socket = connectHalfOpen()
    const closed = new Promise((resolve) => socket.on('close', resolve))
    const problems: Error[] = []
    let response = ''
    socket.on('data', (chunk) => (response += chunk)).on('error', (error) => problems.push(error))
    socket.write(post('/large', 3_000_000))
    await once(socket, 'data')
    // The first write would cause a reset, which the second one meets.
    for (const chunk of [Buffer.alloc(1_500_000), Buffer.alloc(1_500_000)]) {
      await new Promise((resolve) => socket.write(chunk, resolve))
      await sleep(20)
    }
    socket.end()
    await closed
    expect(problems).toEqual([])
    expect(response).toMatch(/^HTTP\/1.1 413 .*localhost/s)
  })

  it('ends the connection of a client that sends on after the response', async () => {
    const socket = connectHalfOpen().resume()
    socket.write(post('/large', 3_000_000))
    const timer = setInterval(() => socket.write('x'), 20)
    const [error] = await once(socket, 'error').finally(() => clearInterval(timer))
    expect(error.code).toMatch(/^(ECONNRESET|EPIPE)$/)
  })

  it.each([
    ['a large body that is read', post('/read', 20_000) + 'x'.repeat(20_000)],
    ['a small body that is not read', `${post('/small', 5)}hello`],
  ])('keeps the connection after %s', async (_, request) => {
    expect(await send(request)).toContain('connection: keep-alive')
  })
})
