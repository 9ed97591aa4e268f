import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { hashOf } from '../src/core/secrets.ts'
import { insert } from '../src/core/store.ts'
import { openSqliteStore } from '../src/storage/sqlite/store.ts'
import { apiKeyKinds } from '../src/variants/bkend/authenticate.ts'
import { realmOf } from '../src/variants/bkend/rules.ts'
import {
  createFolder,
  type RunningServer,
  type ServeOptions,
  serve,
  serveBetterAuth,
  servePeer,
} from './servers.ts'
import { type Figure, perSecond, times } from './table.ts'
import { alternate, type Load, underLoad } from './under-load.ts'
import { post, signUpAtBetterAuth } from './users.ts'

/** Measures `GET /v1/auth/me`, which checks an API key, a JWT and its session on every call. */
export async function measureBkendMe(): Promise<Figure[]> {
  const [{ served: ours, me }, peer, bare] = await Promise.all([
    serveBkend(),
    serveBetterAuth(),
    servePeer('hono-server.ts', { probe: '/' }),
  ])
  try {
    const cookie = await signUpAtBetterAuth(peer.url, 'grace@example.org')
    const targets = {
      ours: me,
      peer: { url: `${peer.url}/api/auth/get-session`, headers: { cookie } },
      bare: { url: `${bare.url}/` },
    }
    for (const target of Object.values(targets)) await underLoad({ ...target, seconds: 2 })
    const rates = await alternate(3, {
      ours: async () => (await underLoad(targets.ours)).perSecond,
      peer: async () => (await underLoad(targets.peer)).perSecond,
      bare: async () => (await underLoad(targets.bare)).perSecond,
    })
    const [againstPeer, againstBare] = [rates.ours / rates.peer, rates.ours / rates.bare]
    return [
      {
        what: 'GET /v1/auth/me, bkend',
        ours: perSecond(rates.ours),
        peer: `${perSecond(rates.peer)} (better-auth get-session)`,
        ratio: times(againstPeer),
        goal: 'at least 8x',
        met: againstPeer >= 8,
      },
      {
        what: 'GET /v1/auth/me, bkend',
        ours: perSecond(rates.ours),
        peer: `${perSecond(rates.bare)} (bare Hono route)`,
        ratio: times(againstBare),
        goal: 'at least 0.25x',
        met: againstBare >= 0.25,
      },
    ]
  } finally {
    await Promise.all([ours.stop(), peer.stop(), bare.stop()])
  }
}

/** Starts a server of bkend with an API key and a signed-in user. */
export async function serveBkend(
  options: Pick<ServeOptions, 'reportsCpu'> = {},
): Promise<{ served: RunningServer; me: Load }> {
  const folder = await createFolder()
  const key = await createKey(join(folder, 'bkend.db'))
  const served = await serve('bkend', { folder, ...options })
  const token = await signUp(served.url, key, 'grace@example.org')
  const me = {
    url: `${served.url}/v1/auth/me`,
    headers: { 'x-api-key': key, authorization: `Bearer ${token}` },
    // The server allows 600 calls per minute and IP address, so the calls come from many IP addresses.
    manyClients: true,
  }
  return { served, me }
}

/** Creates an API key in a database that no server has opened yet. */
async function createKey(path: string): Promise<string> {
  const key = `pk_${randomBytes(32).toString('hex')}`
  const store = openSqliteStore(path)
  await store.write([
    insert('apiKeys', {
      id: randomUUID(),
      keyHash: hashOf(key),
      preview: `${key.slice(0, 11)}...`,
      name: 'Bench',
      description: null,
      kind: apiKeyKinds.pk,
      realm: realmOf('prj_bench', 'prod'),
      userId: null,
      organizationId: null,
      projectId: null,
      scopes: [],
      createdAt: Date.now(),
      lastUsedAt: null,
      expiresAt: null,
      revokedAt: null,
    }),
  ])
  await store.close()
  return key
}

async function signUp(url: string, key: string, email: string): Promise<string> {
  const response = await post(`${url}/v1/auth/email/signup`, {
    headers: { 'x-api-key': key },
    body: { method: 'password', email, password: 'Nanoseconds-of-wire-30', name: 'Grace' },
  })
  const { accessToken } = (await response.json()) as { accessToken: string }
  return accessToken
}
