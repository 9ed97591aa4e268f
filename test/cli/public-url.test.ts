import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { freePort, start } from './child.ts'
import { run } from './run.ts'

/** Sends a request to this machine for another host name, which `fetch` forbids. */
const send = (port: number, path: string, host: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number | undefined; location: string | undefined; text: string }>(
    (resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers: { ...headers, host } }, async (response) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve({ status: response.statusCode, location: response.headers.location, text })
      })
        .on('error', reject)
        .end()
    },
  )

describe('start --public-url', () => {
  it('puts the URL into pages and redirects, and accepts its host name and origin', async () => {
    const port = await freePort()
    const publicUrl = 'https://auth.tunnel.example'
    const hub = start(['start', '--memory', '--port', String(port), '--public-url', `${publicUrl}/`])
    await hub.prints(/Press Ctrl\+C/)
    expect(hub.output()).toContain(`ready: ${publicUrl}\n`)
    expect(hub.output()).toContain(`${publicUrl}/sandbox/bedrud\n`)
    const home = await send(port, '/', 'auth.tunnel.example')
    expect(home.text).toContain(`${publicUrl}/sandbox/bedrud`)
    expect(home.text).not.toContain('http://auth.tunnel.example')
    const oauth = await send(port, '/sandbox/bedrud/api/auth/google/login', 'auth.tunnel.example')
    expect(oauth.location).toMatch(new RegExp(`^${publicUrl}/sandbox/bedrud/__oauth/google/`))
    const page = await send(port, '/requests.json', 'auth.tunnel.example', { origin: publicUrl })
    expect(page.status).toBe(200)
    expect((await send(port, '/', 'localhost')).text).toContain('http://localhost/sandbox/bedrud')
    expect((await send(port, '/', 'other.example')).status).toBe(421)
  })

  it.each(['auth.example.com', 'https://auth.example.com/auth'])(
    'rejects %s with one sentence',
    async (url) => {
      const { code, stderr } = await run(['start', '--public-url', url])
      expect([code, stderr]).toEqual([
        1,
        `error: option '--public-url <url>' argument '${url}' is invalid. Pass an http or https URL without a path, such as https://auth.example.com.\n`,
      ])
    },
  )
})
