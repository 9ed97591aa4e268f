import { describe, expect, it } from 'vitest'
import { key } from './fake.ts'
import { credentials, openFake, signIn } from './fake-server.ts'

describe('CORS', () => {
  const from = (origin: string) => ({ ...key, origin })
  const trusted = [
    'http://localhost:5173',
    'http://127.0.0.1:8080',
    'https://app.localhost',
    'https://app.example.com',
  ]
  const untrusted = [
    'https://evil.example',
    'null',
    'https://app.example.com.evil.example',
    'http://localhost.evil.example',
    'https://good@evil.example',
    'file://',
    'http://127.0.0.1.evil.example',
  ]

  it.each(trusted)('lets pages of %s read responses, with credentials', async (origin) => {
    const { headers } = await (await openFake()).call('POST', signIn, credentials, from(origin))
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('access-control-expose-headers')?.split(',')).toEqual(
      expect.arrayContaining(['Retry-After', 'WWW-Authenticate', 'X-Request-ID']),
    )
    expect(headers.get('vary')).toMatch(/origin/i)
  })

  it.each(untrusted)('sends no CORS headers to pages of %s', async (origin) => {
    const sandbox = await openFake()
    for (const headers of [
      (await sandbox.call('POST', signIn, credentials, from(origin))).headers,
      (
        await sandbox.call('OPTIONS', signIn, undefined, {
          ...from(origin),
          'access-control-request-method': 'POST',
        })
      ).headers,
    ]) {
      expect(headers.has('access-control-allow-origin')).toBe(false)
      expect(headers.get('vary')).toMatch(/origin/i)
    }
  })

  it('responds to a preflight request without credentials', async () => {
    const response = await (await openFake()).call('OPTIONS', signIn, undefined, {
      origin: 'http://localhost:5173',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-api-key',
    })
    expect([response.status, response.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'content-type,x-api-key',
    ])
    expect(response.headers.get('access-control-allow-methods')).toContain('POST')
  })

  it('passes OPTIONS requests other than preflight requests to the API', async () => {
    expect((await (await openFake()).call('OPTIONS', signIn)).headers.get('allow')).toBe('POST, OPTIONS')
  })

  it('trusts only configured origins in production', async () => {
    const sandbox = await openFake({
      mode: 'production',
      webUrl: 'https://app.example.com',
      origins: ['https://two.example.com/x'],
    })
    const allowed = async (origin: string) =>
      (await sandbox.call('GET', '/healthz', undefined, { origin })).headers.get(
        'access-control-allow-origin',
      )
    expect(await allowed('https://app.example.com')).toBe('https://app.example.com')
    expect(await allowed('https://two.example.com')).toBe('https://two.example.com')
    expect(await allowed('http://localhost:5173')).toBe(null)
  })
})
