import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectRejected, expectThat } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys through the own profile. */
export function profileFlows({ profile, getCurrentUser, privilege }: Adapter): TestCase[] {
  if (!profile) return []
  const { read, update, field } = profile
  return [
    flow('a changed profile is kept, and null clears a field', async (probe, stage) => {
      const { access, id } = await stage.createAccount()
      for (const value of ['Conformance', null]) {
        const changed = await probe.send(update(access, id, { [field]: value }))
        const me = await probe.send(getCurrentUser(access))
        for (const exchange of [changed, me])
          expectThat(probe, exchange, (exchange.response.body?.[field] ?? null) === value, {
            check: 'ensure_resource_availability',
            message: `${field} is not ${JSON.stringify(value)} after it was set to that.`,
          })
      }
    }),
    flow('others see no email in a profile, and cannot change it', async (probe, stage) => {
      const [stranger, owner] = [await stage.createAccount(), await stage.createAccount()]
      const seen = await probe.send(read(stranger.access, owner.id))
      expectThat(probe, seen, !seen.response.text.includes(owner.email), {
        check: 'scope',
        message: 'A user can read the email of another.',
        requirement: 'K05',
      })
      expectRejected(probe, await probe.send(update(stranger.access, owner.id, { [field]: 'Mallory' })), {
        check: 'scope',
        message: 'A user can change the profile of another.',
        requirement: 'K05',
      })
    }),
    flow('a user cannot take privileges by a change of the profile', async (probe, stage) => {
      const { access, id } = await stage.createAccount()
      const changed = await probe.send(update(access, id, { ...privilege?.granted, [field]: 'Conformance' }))
      const me = await probe.send(getCurrentUser(access))
      expectThat(probe, changed, privilege?.isGrantedIn?.(me.response) !== true, {
        check: 'negative_data_rejection',
        message: 'A change of the profile took a role or plan from the body.',
        requirement: 'I04',
      })
    }),
  ]
}
