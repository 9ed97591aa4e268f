import { expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { openSandbox, type TestSandbox } from '../support/sandbox.ts'

const pk = `pk_${'0123456789abcdef'.repeat(4)}`

const starts: [VariantName, path: (provider: string) => string, providers: string[]][] = [
  [
    'bkend',
    (provider) => `/v1/auth/${provider}/authorize?redirect=${encodeURIComponent('http://localhost:3000/x')}`,
    ['google', 'github'],
  ],
  ['bedrud', (provider) => `/api/auth/${provider}/login`, ['google', 'github', 'twitter']],
  ['openfactory', (provider) => `/api/auth/oauth/${provider}`, ['google', 'github']],
]
const cases = starts.flatMap(([api, path, providers]) =>
  providers.map((provider) => [api, provider, path(provider)] as const),
)

/** Starts a sign-in, and returns its consent page and a function that approves an account. */
async function openConsent(sandbox: TestSandbox, path: string) {
  const follow = (url: string, init?: RequestInit) => sandbox.fetch(new Request(url, init))
  const started = await sandbox.call('GET', path, undefined, { 'x-api-key': pk })
  const cookie = started.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const authorization =
    started.headers.get('location') ??
    ((await started.json()) as { authorizationUrl: string }).authorizationUrl
  const consent = (await follow(authorization)).headers.get('location') ?? ''
  const text = await (await follow(consent)).text()
  return {
    text,
    async approve(account: string) {
      const body = new URLSearchParams({ decision: 'allow', account })
      const callback = (await follow(consent, { method: 'POST', body })).headers.get('location') ?? ''
      const response = await follow(callback, { headers: { cookie } })
      return `${response.status} ${response.headers.get('location') ?? (await response.text())}`
    },
  }
}

const subjectsIn = (text: string) => [...text.matchAll(/value="(\d+)"/g)].map(([, subject = '']) => subject)

it.each(cases)('separates accounts of %s at %s that can sign in from rejected ones', async (api, _, path) => {
  const sandbox = await openSandbox(api)
  const { text } = await openConsent(sandbox, path)
  const [accounts = ''] = text.split('<div class="other">')
  const [accepted = [], rejected = []] = accounts.split('<details>').map(subjectsIn)
  const signsIn = async (subject: string) => {
    // Earlier sign-ins change who owns an email.
    await sandbox.control('reset', {})
    return /access_?token"?[=:]|#token=/i.test(await (await openConsent(sandbox, path)).approve(subject))
  }
  const outcomes = { accepted: new Set<boolean>(), rejected: new Set<boolean>() }
  for (const subject of accepted) outcomes.accepted.add(await signsIn(subject))
  for (const subject of rejected) outcomes.rejected.add(await signsIn(subject))
  expect(outcomes).toEqual({ accepted: new Set([true]), rejected: new Set([false]) })
  expect(/value="(\d+)" checked/.exec(accounts)?.[1]).toBe(accepted[0])
})
