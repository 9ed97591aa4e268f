import { setTimeout as sleep } from 'node:timers/promises'
import { crowdHere, crowdThere } from './people.ts'
import { residentMB, type Served, serve, serveBetterAuth } from './served.ts'
import { type Figure, megabytes, times } from './table.ts'
import { type Load, underLoad } from './under-load.ts'

const seconds = 60
/** For operators who have little memory: V8 cleans up more often, and is a tenth slower. */
const options = '--max-semi-space-size=2'

/** What a server holds after a minute of session checks and sign-ins at once. */
export async function measureMemory(): Promise<Figure[]> {
  const ours = await residentAfterLoad(serve('openfactory', { env: { NODE_OPTIONS: options } }), crowdHere)
  const peer = await residentAfterLoad(serveBetterAuth(), crowdThere)
  return [
    {
      what: `resident memory a second after ${seconds} s of session checks and sign-ins, openfactory with NODE_OPTIONS=${options}`,
      ours: megabytes(ours),
      peer: `${megabytes(peer)} (better-auth)`,
      ratio: times(ours / peer),
      goal: 'under 200 MB',
      met: ours < 200,
    },
  ]
}

async function residentAfterLoad(
  starting: Promise<Served>,
  gather: (url: string) => Promise<Record<'signIn' | 'check', Load>>,
): Promise<number> {
  const served = await starting
  try {
    const { signIn, check } = await gather(served.url)
    await Promise.all([
      underLoad({ ...signIn, connections: 32, seconds }),
      underLoad({ ...check, connections: 32, seconds }),
    ])
    // What was still being hashed when the load ended.
    await sleep(1_000)
    return await residentMB(served.child)
  } finally {
    await served.stop()
  }
}
