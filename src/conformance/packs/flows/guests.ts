import type { TestCase } from '../../test-case.ts'
import type { Adapter } from '../../variants/adapter.ts'
import { expectStatus, expectSuccess, expectThat } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys of guests, who have a name but no account. */
export function guestFlows({ signInAsGuest, credentialIn, getCurrentUser, signOut }: Adapter): TestCase[] {
  if (!signInAsGuest) return []
  return [
    flow('a guest signs in with a name and signs out', async (probe, stage) => {
      const { name } = stage.newPerson()
      const entered = await probe.send(signInAsGuest(name))
      if (!expectSuccess(probe, entered, 'A guest')) return
      const credential = credentialIn(entered.response)
      const me = await probe.send(getCurrentUser(credential.access))
      expectThat(probe, me, me.response.status === 200 && me.response.text.includes(name), {
        check: 'ensure_resource_availability',
        message: 'A guest cannot use the token, or has another name.',
      })
      if (!signOut) return
      await probe.send(signOut(credential))
      expectStatus(probe, await probe.send(getCurrentUser(credential.access)), [401], {
        check: 'revocation',
        message: 'The token of a guest is accepted after the sign-out.',
        requirement: 'R02',
      })
    }),
    flow('two guests with one name are two users', async (probe, stage) => {
      const { name } = stage.newPerson()
      const [first, second] = [await probe.send(signInAsGuest(name)), await probe.send(signInAsGuest(name))]
      if (first.response.status >= 300 || second.response.status >= 300) return
      expectThat(
        probe,
        second,
        credentialIn(first.response).access !== credentialIn(second.response).access,
        {
          check: 'single_use',
          message: 'Two guests got the same token.',
          requirement: 'R01',
        },
      )
    }),
  ]
}
