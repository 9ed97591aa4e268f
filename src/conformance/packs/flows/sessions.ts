import { claimsOf } from '../../parse.ts'
import type { TestCase } from '../../test-case.ts'
import type { Adapter, PrivilegeAdapter } from '../../variants/adapter.ts'
import { expectRejected, expectStatus, expectSuccess, expectThat } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys from sign-up to sign-out. */
export function sessionFlows({
  signUp,
  signIn,
  signOut,
  getCurrentUser,
  emailIn,
  ...api
}: Adapter): TestCase[] {
  const { statuses, credentialIn, signUpSignsIn, requiresVerification } = api
  return [
    flow('a new user is signed up and recognized', async (probe, stage) => {
      const account = await stage.createAccount()
      const me = await probe.send(getCurrentUser(account.access))
      expectStatus(probe, me, [200], {
        check: 'ensure_resource_availability',
        message: 'A new user cannot use the token of the sign-up.',
      })
      if (emailIn && me.response.status === 200)
        expectThat(probe, me, emailIn(me.response) === account.email, {
          check: 'ensure_resource_availability',
          message: `The current user has the email ${emailIn(me.response)}, not the one that signed up.`,
        })
    }),
    flow('an email can be signed up once', async (probe, stage) => {
      const { email, password, name } = await stage.createAccount()
      const again = await probe.send(signUp({ email, password, name }))
      expectStatus(probe, again, [statuses.taken], {
        check: 'negative_data_rejection',
        message: 'A second sign-up with the same email was answered wrongly.',
      })
      const capitals = await probe.send(signUp({ email: email.toUpperCase(), password, name }))
      expectRejected(probe, capitals, {
        check: 'negative_data_rejection',
        message: 'The same email in capitals got a second account.',
        requirement: 'P06',
      })
    }),
    flow('a token lives as long as the response says', async (probe, stage) => {
      const account = await stage.createAccount()
      const exchange = await probe.send(signIn(account))
      const promised = exchange.response.body?.expires_in ?? exchange.response.body?.expiresIn
      const { iat, exp } = claimsOf(credentialIn(exchange.response).access)
      if (typeof promised === 'number' && typeof iat === 'number' && typeof exp === 'number')
        expectThat(probe, exchange, Math.abs(exp - iat - promised) <= 1, {
          check: 'expiry',
          message: `The response promises ${promised} s, but the token lives ${exp - iat} s.`,
        })
    }),
    flow('a wrong password is rejected', async (probe, stage) => {
      const { email } = await stage.createAccount()
      const response = await probe.send(signIn({ email, password: 'not the password of anyone' }))
      expectStatus(probe, response, [401], {
        check: 'ignored_auth',
        message: 'A wrong password was accepted.',
      })
    }),
    flow('every sign-in has a token that only its own sign-out ends', async (probe, stage) => {
      const account = await stage.createAccount()
      const other = await stage.signIn(account)
      const exchange = await probe.send(getCurrentUser(other.access))
      expectThat(probe, exchange, other.access !== account.access, {
        check: 'single_use',
        message: 'Two sign-ins got the same token.',
        requirement: 'R01',
      })
      if (!signOut) return
      const signedOut = await probe.send(signOut(account))
      expectSuccess(probe, signedOut, 'The sign-out')
      expectStatus(probe, await probe.send(getCurrentUser(account.access)), [401], {
        check: 'revocation',
        message: 'A token is accepted after the sign-out.',
        requirement: 'R02',
      })
      if (api.refresh && account.refresh !== null)
        expectRejected(probe, await probe.send(api.refresh(account.refresh)), {
          check: 'revocation',
          message: 'A refresh token is accepted after the sign-out.',
          requirement: 'R02',
        })
      expectStatus(probe, await probe.send(getCurrentUser(other.access)), [200], {
        check: 'revocation',
        message: 'A sign-out ended another session of the user.',
      })
    }),
    ...(signUpSignsIn && !requiresVerification
      ? [
          flow('the response to a sign-up has a usable token', async (probe, stage) => {
            const response = await probe.send(signUp(stage.newPerson()))
            expectStatus(probe, response, [statuses.signedUp], {
              check: 'positive_data_acceptance',
              message: 'The sign-up of a new user was rejected.',
            })
            if (response.response.status !== statuses.signedUp) return
            const { access } = credentialIn(response.response)
            expectStatus(probe, await probe.send(getCurrentUser(access)), [200], {
              check: 'ensure_resource_availability',
              message: 'The token of a sign-up is not accepted.',
            })
          }),
        ]
      : []),
    ...foreignSignOut(signOut, api),
    ...deletionFlows(getCurrentUser, api),
  ]
}

/** The refresh token in the body of a sign-out may belong to another user. */
function foreignSignOut(signOut: Adapter['signOut'], { refresh }: Pick<Adapter, 'refresh'>): TestCase[] {
  if (!signOut || !refresh) return []
  return [
    flow(
      'a sign-out with the refresh token of another user leaves that user signed in',
      async (probe, stage) => {
        const [attacker, victim] = [await stage.createAccount(), await stage.createAccount()]
        await probe.send(signOut({ access: attacker.access, refresh: victim.refresh }))
        expectStatus(probe, await probe.send(refresh(String(victim.refresh))), [200], {
          check: 'revocation',
          message: 'A sign-out ended the session of another user.',
          requirement: 'R02',
        })
      },
    ),
  ]
}

function deletionFlows(
  getCurrentUser: Adapter['getCurrentUser'],
  { refresh, privilege }: Pick<Adapter, 'refresh' | 'privilege'>,
): TestCase[] {
  const ended = (status: 'disabled' | 'deleted') =>
    flow(`the tokens of a ${status} user end at once`, async (probe, stage) => {
      const changeUser = stage.hook('changeUser')
      const account = await stage.createAccount()
      await changeUser(account.email, { status })
      const about = { check: 'revocation', requirement: 'R04' } as const
      expectRejected(probe, await probe.send(getCurrentUser(account.access)), {
        ...about,
        message: `The token of a ${status} user is accepted.`,
      })
      if (refresh && account.refresh !== null)
        expectRejected(probe, await probe.send(refresh(account.refresh)), {
          ...about,
          message: `The refresh token of a ${status} user is accepted.`,
        })
    })
  return [ended('disabled'), ended('deleted'), ...(privilege ? [takenBack(privilege, getCurrentUser)] : [])]
}

function takenBack(privilege: PrivilegeAdapter, getCurrentUser: Adapter['getCurrentUser']): TestCase {
  return flow(
    'a privilege that is taken back ends at once',
    async (probe, stage) => {
      const changeUser = stage.hook('changeUser')
      if (privilege.settings) await stage.changeSettings(privilege.settings)
      const account = await stage.createAccount()
      await changeUser(account.email, privilege.granted)
      const me = await probe.send(getCurrentUser(account.access))
      if (privilege.isGrantedIn)
        expectThat(probe, me, privilege.isGrantedIn(me.response), {
          check: 'ensure_resource_availability',
          message: 'A granted privilege is missing in the current user.',
        })
      await changeUser(account.email, privilege.revoked)
      const later = await probe.send(getCurrentUser(account.access))
      if (privilege.isGrantedIn && later.response.status === 200)
        expectThat(probe, later, !privilege.isGrantedIn(later.response), {
          check: 'revocation',
          message: 'A privilege is still in the current user after it was taken back.',
          requirement: 'R04',
        })
      if (privilege.use && later.response.status === 200)
        expectStatus(probe, await probe.send(privilege.use(account.access, later.response)), [403], {
          check: 'scope',
          message: 'An operation is allowed after the privilege for it was taken back.',
          requirement: 'R04',
        })
    },
    { isExclusive: privilege.settings !== undefined },
  )
}
