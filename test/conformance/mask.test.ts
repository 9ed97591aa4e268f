import { describe, expect, it } from 'vitest'
import { mask, maskBody, maskHeader, maskText, maskUrl } from '../../src/conformance/report/mask.ts'

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl'

describe('masking', () => {
  it('gives the same secret the same mask everywhere', () => {
    const [masked] = maskHeader('Authorization', `Bearer ${jwt}`).split(' ').slice(1)
    expect(masked).toBe(mask(jwt))
    expect(maskBody(`{"accessToken":"${jwt}"}`)).toBe(`{"accessToken":"${masked}"}`)
    expect(maskText(`The token ${jwt} is bad.`)).toBe(`The token ${masked} is bad.`)
    expect(maskUrl(`https://app.example/#token=${jwt}`)).toBe(`https://app.example/#token=${masked}`)
    expect(mask('another')).not.toBe(mask('secret'))
  })

  it.each([
    ['Authorization', 'Basic bWFyeTpzZWNyZXQ='],
    ['X-API-Key', 'pk_live_1'],
    ['Cookie', 'session=abc; theme=dark'],
    ['Set-Cookie', 'session=abc; Path=/; HttpOnly'],
    ['X-Session-Token', 'abc'],
    ['Location', 'https://app.example/done?code=abc&state=abc#access_token=abc'],
  ])('masks the header %s', (name, value) => {
    const masked = maskHeader(name, value)
    expect(masked).not.toMatch(/\babc\b|bWFyeTpzZWNyZXQ|pk_live_1/)
    expect(masked).toContain('***')
  })

  it.each([
    '{"password":"se\\"cret","email":"a@example.com"}',
    '{"user":{"newPassword" : "secret"}}',
    '{"refresh_token":"secret"',
    '{"password":"secret',
    '{"token":"secret","token_type":"bearer","expires_in":3600}',
    'grant_type=password&password=secret',
    'user[password]=secret&name=Ada',
    'name=Ada&user%5Bkeys%5D%5Bpassword%5D=secret',
    'password[]=secret&password[0]=secret',
    '{"redirect":"https://app.example/?code=secret"}',
    '--x\r\nContent-Disposition: form-data; name="user[password]"\r\n\r\nsecret\r\n--x--\r\n',
    '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nsecret\r\nsecret\r\n--x--\r\n',
    '--x\r\nContent-Disposition: form-data; name="token"\r\nContent-Type: text/plain\r\n\r\nsecret',
  ])('masks the secrets of the body %s', (body) => {
    const masked = maskBody(body, true)
    expect(masked).not.toMatch(/secret|cret"/)
    expect(masked).toContain('***')
  })

  it.each([
    '{"error":{"code":"INVALID_TOKEN","message":"Invalid or expired token"}}',
    '{"token_type":"bearer","id":"0d43ae46-806c-4c82-aa2b-35ca8cd36f85"}',
    '{"email":"auth-contracts-1a2b3c-12@example.com","name":"Ada"}',
    '--x\r\nContent-Disposition: form-data; name="avatar"; filename="token"\r\n\r\nAda\r\n--x--\r\n',
  ])('keeps the body %s', (body) => {
    expect(maskBody(body)).toBe(body)
  })

  it.each([
    ['Content-Type', 'application/json'],
    ['WWW-Authenticate', 'Bearer error="invalid_token"'],
    ['Retry-After', '30'],
  ])('keeps the header %s', (name, value) => {
    expect(maskHeader(name, value)).toBe(value)
  })

  it('masks known forms of secrets in any text', () => {
    const texts = [
      `of-key-${'0f'.repeat(24)}`,
      '$argon2id$v=19$m=19456$c2FsdA$aGFzaA',
      'ab'.repeat(32),
      'bcp_0123456789abcdefghijklmnop',
    ]
    for (const text of texts) expect(maskText(`It is ${text}.`)).toMatch(/^It is \S{0,6}\*\*\*[0-9a-f]{6}\.$/)
  })
})

describe('the id of a request', () => {
  const id = 'req_02f1c9b4a3ca4edf84640000000c0697'

  it('is shown in headers, bodies and messages', () => {
    expect(maskHeader('X-Request-Id', id)).toBe(id)
    expect(maskHeader('x-correlation-id', id.slice(4))).toBe(id.slice(4))
    expect(maskHeader('traceparent', `00-${id.slice(4)}-00f067aa0ba902b7-01`)).toContain(id.slice(4))
    expect(maskBody(`{"error":{"request_id":"${id}"}}`)).toContain(id)
    expect(maskText(`The request ${id} failed.`)).toContain(id)
  })
})
