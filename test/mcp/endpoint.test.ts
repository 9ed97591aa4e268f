import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHub } from '../../src/hub/app.ts'
import { callTool, connectHttp, serveHub } from './clients.ts'

let hub: Awaited<ReturnType<typeof serveHub>>
beforeAll(async () => {
  hub = await serveHub()
})
afterAll(() => hub?.close())

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1.0.0' },
  },
}
const post = (headers: Record<string, string> = {}, body: unknown = initialize) =>
  fetch(`${hub.url}/mcp`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('the MCP endpoint of the hub', () => {
  it('serves clients of protocol revision 2025-11-25', async () => {
    const older = await connectHttp(hub.url, {})
    expect(older.getNegotiatedProtocolVersion()).toBe('2025-11-25')
    const { data } = await callTool(older, 'list_operations', { variant: 'bkend' })
    expect(data?.operations).not.toEqual([])
    await older.close()
  })

  it('rejects pages of other machines', async () => {
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      const response = await post({ Origin: origin })
      expect([origin, response.status]).toEqual([origin, 403])
    }
  })

  it('rejects other host names, to prevent DNS rebinding', async () => {
    const request = new Request('http://evil.example/mcp', { method: 'POST', body: '{}' })
    expect((await createHub({ host: '127.0.0.1' }).fetch(request)).status).toBe(421)
  })

  it('accepts pages of this machine, such as the MCP inspector', async () => {
    const response = await post({ Origin: 'http://localhost:6274' })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:6274')
    await response.body?.cancel()
  })

  it('rejects bodies that are too large, malformed or of another media type', async () => {
    const statusOf = async (...args: Parameters<typeof post>) => (await post(...args)).status
    expect(await statusOf({}, `"${'x'.repeat(300_000)}"`)).toBe(413)
    expect(await statusOf({}, '{')).toBe(400)
    expect(await statusOf({ 'Content-Type': 'text/plain' })).toBe(415)
  })

  it('has no sessions to open a stream of or to delete', async () => {
    for (const method of ['GET', 'DELETE'])
      expect((await fetch(`${hub.url}/mcp`, { method })).status).toBe(405)
  })
})
