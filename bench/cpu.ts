import { bare, bareSignIn, type Contender, inProcess, me, sessionCheck, signIn } from './cpu-contenders.ts'
import { askChild } from './served.ts'
import { type Figure, median, microseconds, times } from './table.ts'

/** Per server and round. */
const requests = 8_000
/** Until V8 has optimized the code. */
const warmUps = 3
const rounds = 9

/** CPU time of the server process per request. Unlike a rate, it does not depend on the load generator on the same cores. */
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

interface Pair {
  ours: Promise<Contender>
  peer: Promise<Contender>
  peerName: string
  /** The goal for the ratio. Without one, the figure only informs. */
  atMost?: number
}

async function compare(what: string, { peerName, atMost, ...pair }: Pair): Promise<Figure> {
  const [ours, peer] = await Promise.all([pair.ours, pair.peer])
  try {
    const samples: { ours: number; peer: number }[] = []
    for (let round = 0; round < warmUps + rounds; round++)
      samples.push({ ours: await cpuPerRequest(ours, round), peer: await cpuPerRequest(peer, round) })
    const counted = samples.slice(warmUps)
    // Both share whatever else the machine does at the time, so each round has a ratio of its own.
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

/** @throws {Error} when a response has another status than the contender expects */
async function cpuPerRequest({ child, status, ask }: Contender, round: number): Promise<number> {
  const before = await askChild<{ cpu: number }>(child, 'cpu')
  const statuses = await ask(requests, round)
  const after = await askChild<{ cpu: number }>(child, 'cpu')
  if (statuses[status] !== requests)
    throw new Error(`Expected ${requests} responses with status ${status}, got ${JSON.stringify(statuses)}`)
  return (after.cpu - before.cpu) / requests
}
