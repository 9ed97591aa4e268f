import { describe, expect, it } from 'vitest'
import { resolveRedirect } from '../../src/core/redirects.ts'

const allowOnly =
  (...origins: string[]) =>
  (origin: string) =>
    origins.includes(origin)
const rules = {
  allowsOrigin: allowOnly('https://good.example', 'http://127.0.0.1:3000'),
  baseUrl: 'https://web.example/app/',
}

describe('redirect targets', () => {
  it.each([
    ['/', 'https://web.example/'],
    ['/projects?tab=1#top', 'https://web.example/projects?tab=1#top'],
    ['/a%20b', 'https://web.example/a%20b'],
    ['/a/../b', 'https://web.example/b'],
    ['https://good.example', 'https://good.example/'],
    ['HTTPS://GOOD.example/x?next=https://evil.example', 'https://good.example/x?next=https://evil.example'],
    ['http://127.0.0.1:3000/cb', 'http://127.0.0.1:3000/cb'],
  ])('O08 resolves the target %j to %s', (requested, target) => {
    expect(resolveRedirect(requested, rules)).toBe(target)
  })

  it.each([
    '',
    'projects',
    '//evil.example',
    '//evil.example/projects',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/%2fevil.example',
    '/%2F%2Fevil.example',
    '/%5cevil.example',
    '/%252fevil.example',
    '/%25255cevil.example',
    '/a/..//evil.example',
    '/.//evil.example',
    '/\tevil.example',
    '/\t/evil.example',
    '/ok\r\nSet-Cookie: a=b',
    '/ok%0d%0aSet-Cookie:%20a=b',
    '/ok%00',
    ' https://good.example/',
    'https://good.example /',
    'https:evil.example',
    'https:/evil.example',
    'https:good.example',
    'https:\\\\good.example',
    'https:///good.example',
    'https://good@evil.example',
    'https://good.example@evil.example',
    'https://user:secret@good.example',
    'https://@good.example',
    'https://good.example%40evil.example',
    'https://good.evil.example',
    'https://good.example.evil.example',
    'https://evil-good.example',
    'https://evil.example/https://good.example',
    'https://evil.example#https://good.example',
    'https://evil.example\\@good.example',
    'https://good.example.',
    'https://good.example:444/',
    'https://good.example:443/',
    'https://good.example:/',
    'http://good.example/',
    'https://%67ood.example/',
    'https://gооd.example/',
    'https://good。example/',
    'https://xn--gd-fmbb.example/',
    'http://2130706433:3000/',
    'http://0x7f.1:3000/',
    'http://0177.0.0.1:3000/',
    'http://127.1:3000/',
    'http://127.0.0.1:3001/',
    'http://localhost:3000/',
    'http://[::1]:3000/',
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'javascript://good.example/%0aalert(1)',
    'data:text/html,hi',
    'ftp://good.example/',
    'file:///etc/passwd',
    'blob:https://good.example/1',
    `/${'a'.repeat(2048)}`,
  ])('O08 rejects the target %j', (requested) => {
    expect(resolveRedirect(requested, rules)).toBeUndefined()
  })

  it('O08 rejects paths if there is no base URL', () => {
    expect(resolveRedirect('/projects', { allowsOrigin: allowOnly('https://good.example') })).toBeUndefined()
  })

  it('O08 checks origins in the form that browsers use', () => {
    const checkedOrigins: string[] = []
    const allowsOrigin = (origin: string) => checkedOrigins.push(origin) > 0
    resolveRedirect('HTTP://LOCALHOST:5173/cb', { allowsOrigin })
    resolveRedirect('https://localhost/cb', { allowsOrigin })
    expect(checkedOrigins).toEqual(['http://localhost:5173', 'https://localhost'])
  })
})
