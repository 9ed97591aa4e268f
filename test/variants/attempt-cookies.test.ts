import { expect, it } from 'vitest'
import { createAttemptCookies } from '../../src/variants/attempt-cookies.ts'

const cookies = createAttemptCookies('flow_', { path: '/mount', httpOnly: true, maxAge: 600 })

/** A request of a browser with the given cookies, oldest first. */
const requestWith = (jar: ReadonlyMap<string, string>) =>
  new Request('http://localhost:4000/mount', {
    headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') },
  })

/** Stores the values of `Set-Cookie` as a browser does. */
function store(jar: Map<string, string>, setCookies: string[]) {
  for (const setCookie of setCookies) {
    const [name = '', value = ''] = setCookie.split(';')[0]?.split('=') ?? []
    if (setCookie.includes('Max-Age=0')) jar.delete(name)
    else jar.set(name, value)
  }
}

it('keeps the attempts of parallel tabs apart', () => {
  const jar = new Map([['other', 'cookie']])
  for (const attempt of ['a', 'b']) store(jar, cookies.bind(requestWith(jar), attempt, `nonce-of-${attempt}`))
  expect(cookies.nonceOf(requestWith(jar), 'a')).toBe('nonce-of-a')
  store(jar, [cookies.unbind('a')])
  expect(cookies.nonceOf(requestWith(jar), 'a')).toBe('')
  expect(cookies.nonceOf(requestWith(jar), 'b')).toBe('nonce-of-b')
  store(jar, [cookies.unbind('b')])
  expect(cookies.nonceOf(requestWith(jar), 'b')).toBeNull()
  expect(jar).toEqual(new Map([['other', 'cookie']]))
})

it('ends the oldest attempt when a browser starts an eleventh', () => {
  const jar = new Map<string, string>()
  const attempts = Array.from({ length: 25 }, (_, index) => `attempt ${index}`)
  for (const attempt of attempts) store(jar, cookies.bind(requestWith(jar), attempt, `nonce of ${attempt}`))
  const request = requestWith(jar)
  expect(attempts.filter((attempt) => cookies.nonceOf(request, attempt))).toEqual(attempts.slice(-10))
})
