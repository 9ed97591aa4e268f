import { bare, bareSignIn, type Contender, inProcess, me, sessionCheck, signIn } from './cpu-contenders.ts'
import { requestFromChild } from './servers.ts'
import { type Figure, median, microseconds, times } from './table.ts'

/** Requests per server and round. */
const requests = 8_000
/** Rounds until V8 has optimized the code. */
const warmUps = 3
const rounds = 9

/** Measures the CPU time of the server process per request, which does not depend on the load generator. */
export async function measureCpu(): Promise<Figure[]> {
  return [
    await compare('CPU of a session check, openfactory', {
      ours: sessionCheck(),
      peer: bare(),
      peerName: 'bare Hono route',
      atMost: 2,
    }),
    await compare('CPU of a session check, openfactory, in process', {
      ours: inProcess('session-check'),
      peer: inProcess('bare'),
      peerName: 'bare Hono route',
    }),
    await compare('CPU of an invalid sign-in, openfactory', {
      ours: signIn(),
      peer: bareSignIn(),
      peerName: 'bare Hono with zod',
    }),
    await compare('CPU of an invalid sign-in, openfactory, in process', {
      ours: inProcess('sign-in', 422),
      peer: inProcess('bare-sign-in', 422),
      peerName: 'bare Hono with zod',
    }),
    await compare('CPU of GET /v1/auth/me, bkend', {
      ours: me(),
      peer: bare(),
      peerName: 'bare Hono route',
    }),
  ]
}

export interface Pair {
  ours: Promise<Contender>
  peer: Promise<Contender>
  peerName: string
  /** The goal for the ratio. Without one, the figure is only for information. */
  atMost?: number
}

/** Compares the CPU time per request of two servers. */
export async function compare(what: string, { peerName, atMost, ...pair }: Pair): Promise<Figure> {
  const [ours, peer] = await Promise.all([pair.ours, pair.peer])
  try {
    const samples: { ours: number; peer: number }[] = []
    for (let round = 0; round < warmUps + rounds; round++)
      samples.push({ ours: await cpuPerRequest(ours, round), peer: await cpuPerRequest(peer, round) })
    const counted = samples.slice(warmUps)
    // One ratio per round, because both servers share the load of the machine at that time.
    const ratio = median(counted.map((sample) => sample.ours / sample.peer))
    return {
      what,
      ours: microseconds(median(counted.map((sample) => sample.ours))),
      peer: `${microseconds(median(counted.map((sample) => sample.peer)))} (${peerName})`,
      ratio: times(ratio),
      ...(atMost !== undefined && { goal: `at most ${atMost}x`, met: ratio <= atMost }),
    }
  } finally {
    await Promise.all([ours.stop(), peer.stop()])
  }
}

/**
 * Measures the CPU time per request in one round.
 * @throws {Error} if a response has an unexpected status
 */
async function cpuPerRequest({ child, status, sendRequests }: Contender, round: number): Promise<number> {
  const before = await requestFromChild<{ cpu: number }>(child, 'cpu')
  const statuses = await sendRequests(requests, round)
  const after = await requestFromChild<{ cpu: number }>(child, 'cpu')
  if (statuses[status] !== requests)
    throw new Error(`Expected ${requests} responses with status ${status}, got ${JSON.stringify(statuses)}`)
  return (after.cpu - before.cpu) / requests
}
