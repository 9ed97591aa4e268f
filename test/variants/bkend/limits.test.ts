import { expect, it } from 'vitest'
import { openSandbox } from '../../support/sandbox.ts'

const key = { 'x-api-key': `pk_${'0123456789abcdef'.repeat(4)}` }

it('startOAuth is answered 30 times a minute to one address', async () => {
  const { call, control } = await openSandbox('bkend')
  const redirect = encodeURIComponent('https://app.example.com/auth/callback')
  const start = () => call('GET', `/v1/auth/google/authorize?redirect=${redirect}`, undefined, key)
  const answers = await Promise.all(Array.from({ length: 40 }, start))
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(30).fill(200), ...Array(10).fill(429)])
  const refused = answers.find(({ status }) => status === 429)
  expect(await refused?.json()).toMatchObject({ error: { code: 'auth/too-many-requests' } })
  expect(refused?.headers.get('x-ratelimit-limit')).toBe('30')
  await control('clock', { advanceSeconds: Number(refused?.headers.get('retry-after')) })
  expect((await start()).status).toBe(200)
})
