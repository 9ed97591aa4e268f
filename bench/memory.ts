import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningServer, residentMB, serve, serveBetterAuth } from './servers.ts'
import { type Figure, megabytes, times } from './table.ts'
import { type Load, underLoad } from './under-load.ts'
import { createBetterAuthUsers, createUsers } from './users.ts'

const seconds = 60
/** Makes V8 collect garbage more often, which saves memory but is 10% slower. */
const nodeOptions = '--max-semi-space-size=2'

/** Measures resident memory after a minute of concurrent session checks and sign-ins. */
export async function measureMemory(): Promise<Figure[]> {
  const ours = await residentAfterLoad(
    serve('openfactory', { env: { NODE_OPTIONS: nodeOptions } }),
    createUsers,
  )
  const peer = await residentAfterLoad(serveBetterAuth(), createBetterAuthUsers)
  return [
    {
      what: `resident memory a second after ${seconds} s of session checks and sign-ins, openfactory with NODE_OPTIONS=${nodeOptions}`,
      ours: megabytes(ours),
      peer: `${megabytes(peer)} (better-auth)`,
      ratio: times(ours / peer),
      goal: 'under 200 MB',
      met: ours < 200,
    },
  ]
}

async function residentAfterLoad(
  pending: Promise<RunningServer>,
  createLoads: (url: string) => Promise<Record<'signIn' | 'check', Load>>,
): Promise<number> {
  const served = await pending
  try {
    const { signIn, check } = await createLoads(served.url)
    await Promise.all([
      underLoad({ ...signIn, connections: 32, seconds }),
      underLoad({ ...check, connections: 32, seconds }),
    ])
    // Waits for the hashes that were running when the load ended.
    await sleep(1_000)
    return await residentMB(served.child)
  } finally {
    await served.stop()
  }
}
