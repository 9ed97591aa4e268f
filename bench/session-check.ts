import { serve, servePeer } from './served.ts'
import { type Figure, perSecond, times } from './table.ts'
import { inTurns, underLoad } from './under-load.ts'

export const password = 'nanoseconds-of-wire-30'

/** Somebody new at openfactory. @returns the session token */
export async function signUpHere(url: string, email: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password, name: 'Grace', organizationName: 'Compiler Works' }),
  })
  const { session } = (await answer.json()) as { session: { token: string } }
  return session.token
}

/** Somebody new at the peer. @returns the session cookie */
export async function signUpThere(url: string, email: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password, name: 'Grace' }),
  })
  if (!answer.ok) throw new Error(`better-auth: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

export const peerProbe = '/api/auth/ok'

/** Is somebody signed in? The question that every request of an application asks. */
export async function measureSessionCheck(): Promise<Figure[]> {
  const [ours, peer, bare] = await Promise.all([
    serve('openfactory'),
    servePeer('better-auth-server.js', peerProbe),
    servePeer('hono-server.ts', '/'),
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
