import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createHasher } from '../src/adapters/hasher.ts'
import { root } from './process.ts'
import { serve, serveBetterAuth } from './servers.ts'
import { type Figure, perSecond, times } from './table.ts'
import { alternate, underLoad } from './under-load.ts'
import { createBetterAuthUsers, createUsers } from './users.ts'

/** The server hashes on all but one of libuv's four default threads. */
const concurrentHashes = 3
/** Fewer than the queue of the hasher holds, so that no sign-in is rejected. */
const connections = 32

/** Compares sign-ins per second with better-auth, and with password hashing alone. */
export async function measureSignIn(): Promise<Figure[]> {
  const { dummyHash } = createHasher()
  const [ours, peer] = await Promise.all([serve('openfactory'), serveBetterAuth()])
  try {
    const [here, there] = await Promise.all([createUsers(ours.url), createBetterAuthUsers(peer.url)])
    await underLoad({ ...here.signIn, connections, seconds: 1 })
    await underLoad({ ...there.signIn, connections, seconds: 1 })
    const rates = await alternate(3, {
      ours: async () => (await underLoad({ ...here.signIn, connections })).perSecond,
      raw: () => hashesPerSecond(dummyHash),
      peer: async () => (await underLoad({ ...there.signIn, connections })).perSecond,
    })
    const what = `sign-in, openfactory, ${parametersOf(dummyHash)}`
    const [againstPeer, againstRaw] = [rates.ours / rates.peer, rates.ours / rates.raw]
    return [
      {
        what,
        ours: perSecond(rates.ours),
        peer: `${perSecond(rates.peer)} (better-auth sign-in/email, its own scrypt N=16384 r=16 p=1)`,
        ratio: times(againstPeer),
        goal: 'at least 5x',
        met: againstPeer >= 5,
      },
      {
        what,
        ours: perSecond(rates.ours),
        peer: `${perSecond(rates.raw)} (argon2id alone, ${concurrentHashes} at once like the server)`,
        ratio: times(againstRaw),
        goal: 'at least 0.85x',
        met: againstRaw >= 0.85,
      },
    ]
  } finally {
    await Promise.all([ours.stop(), peer.stop()])
  }
}

async function hashesPerSecond(sampleHash: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'bench/argon2.ts'),
    ...[String(concurrentHashes), '3', sampleHash],
  ])
  return Number(stdout)
}

/** Converts `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` to `argon2id m=19456,t=2,p=1`. */
const parametersOf = (phc: string): string => {
  const [, algorithm, , parameters] = phc.split('$')
  return `${algorithm} ${parameters}`
}
