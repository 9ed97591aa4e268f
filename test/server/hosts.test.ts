import { describe, expect, it } from 'vitest'
import { allowedHostnames, hostnameIn, isHostPattern } from '../../src/server/hosts.ts'
import { isAppOrigin, trustedOrigins } from '../../src/server/origins.ts'

const accepts = (header: string, host = '127.0.0.1', others: string[] = []) =>
  allowedHostnames(host, others)(hostnameIn(header))

describe('allowed host names', () => {
  it.each(['localhost:4000', 'LOCALHOST', 'localhost.', 'api.localhost:4000', '127.0.0.2:80', '[::1]:4000'])(
    'accepts the loopback name %s',
    (header) => {
      expect(accepts(header)).toBe(true)
    },
  )

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'notlocalhost',
    '192.0.2.1',
    '',
  ])('rejects the host name %j by default', (header) => {
    expect(accepts(header)).toBe(false)
  })

  it('accepts further names and the subdomains of wildcards', () => {
    const others = ['auth', '*.Tunnel.example']
    for (const header of ['auth:4010', 'AUTH', 'a.tunnel.example', 'a.b.tunnel.example'])
      expect([header, accepts(header, '127.0.0.1', others)]).toEqual([header, true])
    for (const header of ['tunnel.example', 'eviltunnel.example', 'auth.example'])
      expect([header, accepts(header, '127.0.0.1', others)]).toEqual([header, false])
  })

  it('accepts every IP address if the server listens on all interfaces', () => {
    const accepted = ['192.0.2.1:4000', '255.255.255.255', '[2001:db8::1]:80', '[::ffff:192.0.2.1]']
    const rejected = ['evil.example', '1.2.3.4.example', '1.2.3', '256.1.1.1', '[::1].example', '[1:2]']
    for (const header of accepted) expect([header, accepts(header, '0.0.0.0')]).toEqual([header, true])
    for (const header of rejected) expect([header, accepts(header, '0.0.0.0')]).toEqual([header, false])
  })

  it('rejects patterns with a scheme or port, and a lone wildcard', () => {
    for (const name of ['auth', '*.ngrok-free.app', '192.0.2.1', '::1', '[::1]', 'my_service'])
      expect([name, isHostPattern(name)]).toEqual([name, true])
    for (const name of ['*', '*.', 'http://auth', 'auth:4000', 'a b', '', 'a.*.example'])
      expect([name, isHostPattern(name)]).toEqual([name, false])
  })
})

describe('origins of apps', () => {
  const android = `android:apk-key-hash:${'A'.repeat(43)}`
  const listed = ['capacitor://localhost', 'ionic://localhost', 'tauri://localhost', android]

  it.each(listed)('trusts the listed app origin %s', (origin) => {
    expect(isAppOrigin(origin)).toBe(true)
    expect(trustedOrigins([origin], { local: false })(origin)).toBe(true)
  })

  it.each([
    'null',
    'capacitor://evil',
    'evil://localhost',
    'capacitor://localhost.example.com',
    'tauri://localhost/',
  ])('compares app origins as text and rejects %s', (origin) => {
    expect(trustedOrigins(listed, { local: true })(origin)).toBe(false)
  })

  it.each([
    'javascript://localhost',
    'data://x',
    'file://x',
    'android:apk-key-hash:short',
    'https://app.example',
  ])('does not take %s for an app origin', (origin) => {
    expect(isAppOrigin(origin)).toBe(false)
  })
})
