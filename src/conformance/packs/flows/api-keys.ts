import { NotExercisedError, type Probe, type TestCase } from '../../test-case.ts'
import type { Adapter, KeysAdapter, PrivilegeAdapter } from '../../variants/adapter.ts'
import type { Account, Stage } from '../../world/stage.ts'
import { expectRejected, expectStatus, expectSuccess, expectThat } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys with API keys. */
export function apiKeyFlows({ keys, privilege, getCurrentUser }: Adapter): TestCase[] {
  if (!keys) return []

  /** Creates an account that may manage keys, and returns the path of its keys. */
  const keyOwner = async (probe: Probe, stage: Stage) => {
    const account = await stage.createAccount()
    const me = await probe.send(getCurrentUser(account.access))
    return { account, path: keys.keysPathIn(me.response) }
  }

  /** Creates an account with a key. */
  const keyHolder = async (probe: Probe, stage: Stage, scopes = keys.scopes) => {
    const { account, path } = await keyOwner(probe, stage)
    return { account, path, ...(await createKey(probe, keys, account, path, scopes)) }
  }

  return [
    flow('an API key is shown once, works, and ends when it is revoked', async (probe, stage) => {
      const { account, path, id, key, exchange } = await keyHolder(probe, stage)
      expectThat(probe, exchange, keys.pattern.test(key), {
        check: 'response_schema_conformance',
        message: 'A new API key does not have the documented form.',
      })
      const listed = await probe.send(keys.list(account.access, path))
      expectThat(probe, listed, listed.response.text.includes(id) && !listed.response.text.includes(key), {
        check: 'secret_in_body',
        message: 'The list of API keys shows a whole key, or lacks the new one.',
        requirement: 'K01',
      })
      if (privilege?.settings) await enableUse(stage, account, privilege)
      const used = await probe.send(keys.use(key))
      expectThat(probe, used, used.response.status !== 401, {
        check: 'positive_data_acceptance',
        message: 'A new API key is not accepted.',
      })
      const revoked = await probe.send(keys.revoke(account.access, path, id))
      expectSuccess(probe, revoked, 'The revocation of an API key')
      expectStatus(probe, await probe.send(keys.use(key)), [401], {
        check: 'revocation',
        message: 'A revoked API key is accepted.',
        requirement: 'K02',
      })
    }),
    flow('an API key without the scope is rejected', async (probe, stage) => {
      const others = keys.scopes.slice(1)
      if (others.length === 0) return
      const { key } = await keyHolder(probe, stage, others)
      expectStatus(probe, await probe.send(keys.use(key)), [403], {
        check: 'scope',
        message: `A key without the scope ${keys.scopes[0]} may do what the scope allows.`,
        requirement: 'K02',
      })
    }),
    flow('the keys of another account are out of reach', async (probe, stage) => {
      const [owner, stranger] = [await keyHolder(probe, stage), await keyOwner(probe, stage)]
      const about = { check: 'scope', requirement: 'K03' } as const
      const listed = await probe.send(keys.list(stranger.account.access, owner.path))
      expectThat(probe, listed, !listed.response.text.includes(owner.id), {
        ...about,
        message: 'A stranger can list the API keys of another account.',
      })
      for (const path of new Set([owner.path, stranger.path]))
        expectRejected(probe, await probe.send(keys.revoke(stranger.account.access, path, owner.id)), {
          ...about,
          message: 'A stranger can revoke the API key of another account.',
        })
      const used = await probe.send(keys.use(owner.key))
      expectThat(probe, used, used.response.status !== 401, {
        ...about,
        message: 'A stranger ended an API key.',
      })
    }),
    flow('the API key of a disabled user ends at once', async (probe, stage) => {
      const changeUser = stage.hook('changeUser')
      const { account, key } = await keyHolder(probe, stage)
      await changeUser(account.email, { status: 'disabled' })
      expectRejected(probe, await probe.send(keys.use(key)), {
        check: 'revocation',
        message: 'The API key of a disabled user is accepted.',
        requirement: 'R04',
      })
    }),
    flow('an invented API key is rejected', async (probe, stage) => {
      const { key } = await keyHolder(probe, stage)
      const last = key.endsWith('0') ? '1' : '0'
      expectStatus(probe, await probe.send(keys.use(key.slice(0, -1) + last)), [401], {
        check: 'ignored_auth',
        message: 'An API key with another last character is accepted.',
        requirement: 'K01',
      })
    }),
    flow('an API key cannot create API keys', async (probe, stage) => {
      const { path, key } = await keyHolder(probe, stage)
      expectStatus(
        probe,
        await probe.send(keys.create(key, path, { name: 'Offspring', scopes: keys.scopes })),
        [401, 403],
        {
          check: 'scope',
          message: 'An API key can create API keys.',
          requirement: 'K02',
        },
      )
    }),
  ]
}

async function createKey(
  probe: Probe,
  keys: KeysAdapter,
  { access }: Account,
  path: string,
  scopes: string[],
) {
  const exchange = await probe.send(keys.create(access, path, { name: 'Conformance test', scopes }))
  if (!expectSuccess(probe, exchange, 'The creation of an API key'))
    throw new NotExercisedError('No API key could be created.')
  return { ...keys.keyIn(exchange.response), exchange }
}

/** Grants the account what the operation behind the key needs besides the key. */
async function enableUse(stage: Stage, { email }: Account, { granted }: PrivilegeAdapter): Promise<void> {
  if (stage.hooks.changeUser) await stage.hooks.changeUser(email, granted)
}
