import { signUpHere, signUpThere } from './people.ts'
import { serve, serveBetterAuth, servePeer } from './served.ts'
import { type Figure, perSecond, times } from './table.ts'
import { inTurns, underLoad } from './under-load.ts'

/** Is somebody signed in? The question that every request of an application asks. */
export async function measureSessionCheck(): Promise<Figure[]> {
  const [ours, peer, bare] = await Promise.all([
    serve('openfactory'),
    serveBetterAuth(),
    servePeer('hono-server.ts', { probe: '/' }),
  ])
  try {
    const token = await signUpHere(ours.url, 'grace@example.org')
    const cookie = await signUpThere(peer.url, 'grace@example.org')
    const targets = {
      ours: { url: `${ours.url}/api/auth/session`, headers: { authorization: `Bearer ${token}` } },
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
