import { crowdHere, crowdThere } from './people.ts'
import { type Served, serve, serveBetterAuth } from './served.ts'
import { type Figure, times } from './table.ts'
import { type Load, type Measured, underLoad } from './under-load.ts'

/** How long a session check waits while sixty-four people sign in over and over. */
export async function measureSignInFlood(): Promise<Figure[]> {
  const ours = await flooded(serve('openfactory'), crowdHere)
  const peer = await flooded(serveBetterAuth(), crowdThere)
  return [
    {
      what: 'p99 of session checks in a flood of 64 sign-ins, openfactory',
      ours: inWords(ours),
      peer: `${inWords(peer)} (better-auth get-session)`,
      ratio: times(ours.checks.p99 / peer.checks.p99),
      goal: 'under 50 ms',
      met: ours.checks.p99 < 50,
    },
  ]
}

interface Flooded {
  checks: Measured
  signIns: Measured
}

async function flooded(
  starting: Promise<Served>,
  gather: (url: string) => Promise<Record<'signIn' | 'check', Load>>,
): Promise<Flooded> {
  const served = await starting
  try {
    const { signIn, check } = await gather(served.url)
    await underLoad({ ...check, seconds: 1 })
    // A refusal is the queue of the hasher at its end: part of what keeps the rest fast.
    const [signIns, checks] = await Promise.all([
      underLoad({ ...signIn, connections: 64, seconds: 6 }, { refusals: true }),
      underLoad({ ...check, connections: 64, seconds: 6 }),
    ])
    return { checks, signIns }
  } finally {
    await served.stop()
  }
}

const inWords = ({ checks, signIns }: Flooded): string =>
  `${checks.p99} ms at ${Math.round(checks.perSecond)} checks/s and ${Math.round(signIns.perSecond)} sign-ins/s, ${signIns.non2xx} sign-ins refused`
