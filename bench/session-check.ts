import { serve, serveBetterAuth, servePeer } from './servers.ts'
import { type Figure, perSecond, times } from './table.ts'
import { alternate, underLoad } from './under-load.ts'
import { signUp, signUpAtBetterAuth } from './users.ts'

/** Measures the session check, which an application makes for every request. */
export async function measureSessionCheck(): Promise<Figure[]> {
  const [ours, peer, bare] = await Promise.all([
    serve('openfactory'),
    serveBetterAuth(),
    servePeer('hono-server.ts', { probe: '/' }),
  ])
  try {
    const token = await signUp(ours.url, 'grace@example.org')
    const cookie = await signUpAtBetterAuth(peer.url, 'grace@example.org')
    const targets = {
      ours: { url: `${ours.url}/api/auth/session`, headers: { authorization: `Bearer ${token}` } },
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
        what: 'session check, openfactory',
        ours: perSecond(rates.ours),
        peer: `${perSecond(rates.peer)} (better-auth get-session)`,
        ratio: times(againstPeer),
        goal: 'at least 12x',
        met: againstPeer >= 12,
      },
      {
        what: 'session check, openfactory',
        ours: perSecond(rates.ours),
        peer: `${perSecond(rates.bare)} (bare Hono route)`,
        ratio: times(againstBare),
        goal: 'at least 0.5x',
        met: againstBare >= 0.5,
      },
    ]
  } finally {
    await Promise.all([ours.stop(), peer.stop(), bare.stop()])
  }
}
