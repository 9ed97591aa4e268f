import { afterAll, describe, expect, it } from 'vitest'
import { createHub } from '../../src/hub/app.ts'

const publicUrl = 'https://auth.tunnel.example'
const hub = createHub({
  host: '127.0.0.1',
  allowedHosts: ['auth.tunnel.example'],
  log: () => {},
  sandboxes: { data: null, origin: () => publicUrl },
})
afterAll(() => hub.close())

/** Sends a request as a proxy does that terminates TLS. */
const send = (path: string, headers: Record<string, string> = {}) =>
  hub.fetch(new Request(`http://auth.tunnel.example${path}`, { headers }))

describe('a hub with a public URL', () => {
  it('shows the URL on its pages and in contracts, with its scheme', async () => {
    for (const path of [
      '/',
      '/contracts/bedrud/openapi.yaml',
      '/demo/bedrud',
      '/demo/bedrud/auth.ts',
      '/demo/modules/src/demo/bedrud/auth.ts',
      '/tests/bedrud',
    ]) {
      const text = await (await send(path)).text()
      expect(text).toContain(`${publicUrl}/sandbox/bedrud`)
      expect(text).not.toContain('http://auth.tunnel.example')
    }
  })

  it('redirects browsers to the URL during a sign-in with a provider', async () => {
    const { headers } = await send('/sandbox/bedrud/api/auth/google/login')
    expect(headers.get('location')).toMatch(new RegExp(`^${publicUrl}/sandbox/bedrud/__oauth/google/`))
  })

  it('accepts its pages, and shows the origin of a request for another of its names', async () => {
    expect((await send('/requests.json', { origin: publicUrl })).status).toBe(200)
    expect((await send('/requests.json', { origin: 'https://other.example' })).status).toBe(403)
    const local = await hub.fetch(new Request('http://localhost:4000/'))
    expect(await local.text()).toContain('http://localhost:4000/sandbox/bedrud')
  })
})
