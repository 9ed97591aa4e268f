import type { Probe, TestCase } from '../../test-case.ts'
import type { Adapter, KeysAdapter } from '../../variants/adapter.ts'
import type { Account, Stage } from '../../world/stage.ts'
import { expectRejected, expectStatus, expectThat } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys with API keys. */
export function apiKeyFlows({ keys, privilege, getCurrentUser }: Adapter): TestCase[] {
  if (!keys) return []

  /** Creates an account that may manage keys, and returns the path of its keys. */
  async function keyOwner(probe: Probe, stage: Stage): Promise<{ account: Account; path: string }> {
    const account = await stage.createAccount()
    const me = await probe.send(getCurrentUser(account.access))
    return { account, path: keys?.keysPathIn(me.response) ?? '' }
  }

  return [
    flow('an API key is shown once, works, and ends when it is revoked', async (probe, stage) => {
      const { account, path } = await keyOwner(probe, stage)
      const created = await createKey(probe, keys, account, path, keys.scopes)
      if (!created) return
      const { id, key, exchange } = created
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
      if (privilege.settings) await enableUse(stage, account, privilege)
      const used = await probe.send(keys.use(key))
      expectThat(probe, used, used.response.status !== 401, {
        check: 'positive_data_acceptance',
        message: 'A new API key is not accepted.',
      })
      const revoked = await probe.send(keys.revoke(account.access, path, id))
      expectThat(probe, revoked, revoked.response.status < 300, {
        check: 'positive_data_acceptance',
        message: `The revocation of an API key was answered with ${revoked.response.status}.`,
      })
      expectStatus(probe, await probe.send(keys.use(key)), [401], {
        check: 'revocation',
        message: 'A revoked API key is accepted.',
        requirement: 'K02',
      })
    }),
    flow('an API key without the scope is rejected', async (probe, stage) => {
      const { account, path } = await keyOwner(probe, stage)
      const others = keys.scopes.slice(1)
      if (others.length === 0) return
      const created = await createKey(probe, keys, account, path, others)
      if (!created) return
      expectStatus(probe, await probe.send(keys.use(created.key)), [403], {
        check: 'scope',
        message: `A key without the scope ${keys.scopes[0]} may do what the scope allows.`,
        requirement: 'K02',
      })
    }),
    flow('the keys of another account are out of reach', async (probe, stage) => {
      const [owner, stranger] = [await keyOwner(probe, stage), await keyOwner(probe, stage)]
      const created = await createKey(probe, keys, owner.account, owner.path, keys.scopes)
      if (!created) return
      const about = { check: 'scope', requirement: 'K03' } as const
      const listed = await probe.send(keys.list(stranger.account.access, owner.path))
      expectThat(probe, listed, !listed.response.text.includes(created.id), {
        ...about,
        message: 'A stranger can list the API keys of another account.',
      })
      for (const path of new Set([owner.path, stranger.path]))
        expectRejected(probe, await probe.send(keys.revoke(stranger.account.access, path, created.id)), {
          ...about,
          message: 'A stranger can revoke the API key of another account.',
        })
      const used = await probe.send(keys.use(created.key))
      expectThat(probe, used, used.response.status !== 401, {
        ...about,
        message: 'A stranger ended an API key.',
      })
    }),
    flow('the API key of a disabled user ends at once', async (probe, stage) => {
      const changeUser = stage.hook('changeUser')
      const { account, path } = await keyOwner(probe, stage)
      const created = await createKey(probe, keys, account, path, keys.scopes)
      if (!created) return
      await changeUser(account.email, { status: 'disabled' })
      expectRejected(probe, await probe.send(keys.use(created.key)), {
        check: 'revocation',
        message: 'The API key of a disabled user is accepted.',
        requirement: 'R04',
      })
    }),
    flow('an invented API key is rejected', async (probe, stage) => {
      const { account, path } = await keyOwner(probe, stage)
      const created = await createKey(probe, keys, account, path, keys.scopes)
      if (!created) return
      const last = created.key.endsWith('0') ? '1' : '0'
      expectStatus(probe, await probe.send(keys.use(created.key.slice(0, -1) + last)), [401], {
        check: 'ignored_auth',
        message: 'An API key with another last character is accepted.',
        requirement: 'K01',
      })
    }),
    flow('an API key cannot create API keys', async (probe, stage) => {
      const { account, path } = await keyOwner(probe, stage)
      const created = await createKey(probe, keys, account, path, keys.scopes)
      if (!created) return
      expectStatus(
        probe,
        await probe.send(keys.create(created.key, path, { name: 'Offspring', scopes: keys.scopes })),
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
  if (exchange.response.status < 300) return { ...keys.keyIn(exchange.response), exchange }
  probe.report(
    'positive_data_acceptance',
    exchange,
    `The creation of an API key was answered with ${exchange.response.status}.`,
  )
  return undefined
}

/** Grants the account what the operation behind the key needs besides the key. */
async function enableUse(stage: Stage, { email }: Account, { granted }: Adapter['privilege']): Promise<void> {
  if (stage.hooks.changeUser) await stage.hooks.changeUser(email, granted)
}
