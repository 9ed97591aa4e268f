import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { hashOf } from '../src/core/secrets.ts'
import { insert } from '../src/core/store.ts'
import { openSqliteStore } from '../src/storage/sqlite/store.ts'
import { apiKeyKinds } from '../src/variants/bkend/authenticate.ts'
import { realmOf } from '../src/variants/bkend/rules.ts'
import { post, signUpThere } from './people.ts'
import { newFolder, type Served, type ServeOptions, serve, serveBetterAuth, servePeer } from './served.ts'
import { type Figure, perSecond, times } from './table.ts'
import { inTurns, type Load, underLoad } from './under-load.ts'

/** Who am I? With an API key, a JWT and the session that it belongs to, all of them read at every call. */
export async function measureBkendMe(): Promise<Figure[]> {
  const [{ served: ours, me }, peer, bare] = await Promise.all([
    serveBkend(),
    serveBetterAuth(),
    servePeer('hono-server.ts', { probe: '/' }),
  ])
  try {
    const cookie = await signUpThere(peer.url, 'grace@example.org')
    const targets = {
      ours: me,
      peer: { url: `${peer.url}/api/auth/get-session`, headers: { cookie } },
      bare: { url: `${bare.url}/` },
    }
    for (const target of Object.values(targets)) await underLoad({ ...target, seconds: 2 })
    const rates = await inTurns(3, {
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

/** A server of bkend with an API key and a user, who asks for their own account. */
export async function serveBkend(
  options: Pick<ServeOptions, 'reportsCpu'> = {},
): Promise<{ served: Served; me: Load }> {
  const folder = await newFolder()
  const key = await newKey(join(folder, 'bkend.db'))
  const served = await serve('bkend', { folder, ...options })
  const token = await signUp(served.url, key, 'grace@example.org')
  const me = {
    url: `${served.url}/v1/auth/me`,
    headers: { 'x-api-key': key, authorization: `Bearer ${token}` },
    // 600 calls per minute and address are allowed. The limit stays on and is counted, so calls come from many addresses.
    manyClients: true,
  }
  return { served, me }
}

/** A key for an app, in a database that no server has opened yet. */
async function newKey(path: string): Promise<string> {
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
  const answer = await post(`${url}/v1/auth/email/signup`, {
    headers: { 'x-api-key': key },
    body: { method: 'password', email, password: 'Nanoseconds-of-wire-30', name: 'Grace' },
  })
  const { accessToken } = (await answer.json()) as { accessToken: string }
  return accessToken
}
