import { expect, it } from 'vitest'
import { compareLatencies } from '../../security/latency.ts'
import { mary, openBedrud } from './support.ts'

it('E05 takes the same time for accounts without passkeys and unknown emails', async () => {
  const { post, settings } = await openBedrud()
  await settings({ rateLimits: false })
  const begin = (email: string) => post('/passkey/login/begin', { email })
  for (let warmUp = 0; warmUp < 200; warmUp++) await begin(warmUp % 2 ? mary.email : 'nobody@example.com')
  let count = 0
  // As long as the email of the account.
  const unknown = () => begin(`m${String(count++ % 1000).padStart(3, '0')}${mary.email.slice(4)}`)
  const { auc } = await compareLatencies(() => begin(mary.email), unknown, 1_500)
  expect(auc).toBeGreaterThan(0.4)
  expect(auc).toBeLessThan(0.6)
})
