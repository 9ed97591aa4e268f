import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AtEnd } from '../cli/child.ts'

/** The contract of the server, in two files. */
export const itemContract = join(import.meta.dirname, 'items/openapi.yaml')

/** A planted fault, or a problem of the whole server. */
export type Fault =
  | 'wrongType'
  | 'crash'
  | 'noResponse'
  | 'unauthorized'
  | 'rateLimited'
  | 'website'
  | 'basePath'
  | 'badGateway'
  | 'moved'
  | 'hangs'
  | 'stops'

interface Answer {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

/** A small backend that keeps the contract, apart from one fault. It ends with the test, or by `atEnd`. */
export async function startItemServer(fault?: Fault, atEnd: AtEnd = onTestFinished) {
  const requests: { method: string; url: string; headers: IncomingMessage['headers'] }[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    requests.push({ method, url, headers })
    const text = (await request.toArray()).join('')
    if (fault === 'hangs') return
    if (fault === 'stops' && requests.length > 7) return void request.socket.destroy()
    const answer = answerTo(fault, method, url, parse(text))
    if (!answer) return void request.socket.destroy()
    const isText = typeof answer.body === 'string'
    const type = isText ? 'text/html; charset=utf-8' : 'application/json'
    response.writeHead(answer.status, { 'content-type': type, ...answer.headers })
    response.end(isText ? answer.body : JSON.stringify(answer.body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
  }
  atEnd(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

/** @returns undefined to close the connection without a response */
function answerTo(
  fault: Fault | undefined,
  method: string,
  url: string,
  body: Record<string, unknown>,
): Answer | undefined {
  const error = (status: number, code: string): Answer => ({ status, body: { error: { code } } })
  const [path = ''] = (fault === 'basePath' ? url.replace(/^\/shop\/v1/, '') : url).split('?')
  if (fault === 'basePath' && !url.startsWith('/shop/v1')) return error(404, 'notFound')
  if (fault === 'unauthorized') return error(401, 'unauthorized')
  if (fault === 'rateLimited' && body !== noBody)
    return { ...error(429, 'slowDown'), headers: { 'retry-after': '0' } }
  if (fault === 'website') return { status: 200, body: '<!doctype html><title>Shop</title>' }
  if (fault === 'badGateway') return { status: 502, body: '<h1>Bad Gateway</h1>' }
  if (fault === 'moved') return { status: 301, headers: { location: `https://api.example.com/shop${url}` } }
  const item = { id: fault === 'wrongType' ? 1 : 'item_1', name: 'Lamp', kind: 'light', note: null }
  switch (`${method} ${path}`) {
    case 'GET /items':
      return { status: 200, body: [item] }
    case 'POST /items':
      if (typeof body.name !== 'string') return error(422, 'invalid')
      if (fault === 'crash') return { status: 500, body: 'panic \u0001\u001b[31m <&> ]]> "\'' }
      return fault === 'noResponse' ? undefined : { status: 201, body: item }
    case 'POST /sessions':
      return body.password === 'harbour lights at nine'
        ? { status: 200, body: { token: sessionToken }, headers: { 'cache-control': 'no-store' } }
        : error(401, 'wrongPassword')
    case 'GET /items/item_1':
      return { status: 200, body: item }
    default:
      return error(404, 'notFound')
  }
}

const sessionToken = 'feedface'.repeat(4)

const noBody = {}

function parse(text: string): Record<string, unknown> {
  return text === '' ? noBody : JSON.parse(text)
}
