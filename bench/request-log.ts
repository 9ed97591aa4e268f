import { compare } from './cpu.ts'
import { type Contender, invalidSignInAt, overSocket } from './cpu-contenders.ts'
import { servePeer } from './servers.ts'
import type { Figure } from './table.ts'
import type { Load } from './under-load.ts'
import { signUp } from './users.ts'

/** A log that costs a fifth of the throughput makes a request this much more expensive. */
const atMost = 1.25

/** Measures the CPU time of calls to a sandbox of the hub with and without the request log. */
export async function measureRequestLog(): Promise<Figure[]> {
  const pair = (load: (sandbox: string) => Promise<Load> | Load, status?: number) => ({
    ours: contender(load, {}, status),
    peer: contender(load, { REQUEST_LOG: 'off' }, status),
    peerName: 'without the log',
    atMost,
  })
  return [
    await compare(
      'CPU of a session check in the sandbox of the hub, with the request log',
      pair(sessionCheck),
    ),
    await compare(
      'CPU of an invalid sign-in to the sandbox of the hub, with the request log',
      pair((sandbox) => invalidSignInAt(`${sandbox}/api/auth/signin`), 422),
    ),
  ]
}

async function sessionCheck(sandbox: string): Promise<Load> {
  const token = await signUp(sandbox, 'grace@example.org')
  return { url: `${sandbox}/api/auth/session`, headers: { authorization: `Bearer ${token}` } }
}

async function contender(
  load: (sandbox: string) => Promise<Load> | Load,
  env: Record<string, string>,
  status?: number,
): Promise<Contender> {
  const served = await servePeer('hub-server.ts', { probe: '/healthz', env, reportsCpu: true })
  return overSocket(served, await load(`${served.url}/sandbox/openfactory`), status)
}
