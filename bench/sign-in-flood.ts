import { type RunningServer, serve, serveBetterAuth } from './servers.ts'
import { type Figure, times } from './table.ts'
import { type Load, type Measured, underLoad } from './under-load.ts'
import { createBetterAuthUsers, createUsers } from './users.ts'

/** Measures the latency of session checks while 64 connections sign in continuously. */
export async function measureSignInFlood(): Promise<Figure[]> {
  const ours = await measureFlood(serve('openfactory'), createUsers)
  const peer = await measureFlood(serveBetterAuth(), createBetterAuthUsers)
  return [
    {
      what: 'p99 of session checks in a flood of 64 sign-ins, openfactory',
      ours: describeRates(ours),
      peer: `${describeRates(peer)} (better-auth get-session)`,
      ratio: times(ours.checks.p99 / peer.checks.p99),
      goal: 'under 50 ms',
      met: ours.checks.p99 < 50,
    },
  ]
}

interface FloodRates {
  checks: Measured
  signIns: Measured
}

async function measureFlood(
  pending: Promise<RunningServer>,
  createLoads: (url: string) => Promise<Record<'signIn' | 'check', Load>>,
): Promise<FloodRates> {
  const served = await pending
  try {
    const { signIn, check } = await createLoads(served.url)
    await underLoad({ ...check, seconds: 1 })
    // Sign-ins may fail: the server rejects them when the queue of the hasher is full.
    const [signIns, checks] = await Promise.all([
      underLoad({ ...signIn, connections: 64, seconds: 6 }, { allowErrors: true }),
      underLoad({ ...check, connections: 64, seconds: 6 }),
    ])
    return { checks, signIns }
  } finally {
    await served.stop()
  }
}

const describeRates = ({ checks, signIns }: FloodRates): string =>
  `${checks.p99} ms at ${Math.round(checks.perSecond)} checks/s and ${Math.round(signIns.perSecond)} sign-ins/s, ${signIns.non2xx} sign-ins rejected`
