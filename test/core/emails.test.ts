import { describe, expect, it } from 'vitest'
import { canonicalEmail, parseEmail } from '../../src/core/emails.ts'
import { AuthError } from '../../src/core/errors.ts'

describe('email parsing', () => {
  it.each([
    [' Test@Example.com ', 'test@example.com'],
    ['user+tag@GMAIL.com', 'user+tag@gmail.com'],
    ['test@münchen.de', 'test@xn--mnchen-3ya.de'],
    ['jose\u0301@example.org', 'jos\u00e9@example.org'],
    ['JOS\u00c9@example.org', 'jos\u00e9@example.org'],
    ['\uFEFFa@b.io', 'a@b.io'],
    ["o'hara_{x}@sub.example.co", "o'hara_{x}@sub.example.co"],
  ])('converts %j to its canonical form', (input, canonical) => {
    expect(canonicalEmail(input)).toBe(canonical)
    expect(canonicalEmail(canonical)).toBe(canonical)
  })

  it.each([
    '',
    '   ',
    'a',
    '@b.io',
    'a@',
    'a@b',
    'a@b.io,b@y.io',
    'a@b.io;b@y.io',
    'a@b@c.io',
    'a＠b.io',
    'a@x.io＠b.io',
    'a@b．io/x',
    '"a@evil.io x"@b.io',
    '"a"@b.io',
    'X <a@b.io>',
    'a(comment)@b.io',
    'a@b.io\r\nBcc: c@d.io',
    'a\n@b.io',
    'a\0@b.io',
    'a b@c.io',
    '.a@b.io',
    'a.@b.io',
    'a..b@c.io',
    'a@b..io',
    'a@-b.io',
    'a@b_c.io',
    'a@127.0.0.1',
    'a@1.2',
    'a@[::1]',
    'a@b.io:80',
    'a@b.io/',
    'a@b%2eio',
    'a@ev\u00ADil..io',
    '\ud800@b.io',
    `${'a'.repeat(65)}@b.io`,
    `a@${'b'.repeat(64)}.io`,
    `a@${'b.'.repeat(130)}io`,
    `a@${'b'.repeat(100_000)}.io`,
  ])('rejects %j as an email', (input) => {
    expect(canonicalEmail(input)).toBeUndefined()
    expect(() => parseEmail(input)).toThrow(new AuthError('invalidEmail'))
  })
})
