import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { serveBkend } from './bkend-me.ts'
import { invalidSignIn, json, signUpHere } from './people.ts'
import { stop } from './process.ts'
import { askChild, newFolder, production, type Served, serve, servePeer, startChild } from './served.ts'
import { type Load, underLoad } from './under-load.ts'

/** A server in a process of its own that reports its CPU time. */
export interface Contender {
  child: ChildProcess
  /** The status that all responses must have. */
  status: number
  /** @returns the number of responses by status */
  ask: (requests: number, round: number) => Promise<Record<string, number>>
  stop: () => Promise<void>
}

export async function sessionCheck(): Promise<Contender> {
  const served = await serve('openfactory', { reportsCpu: true })
  const token = await signUpHere(served.url, 'grace@example.org')
  const headers = { authorization: `Bearer ${token}` }
  return overSocket(served, { url: `${served.url}/api/auth/session`, headers })
}

export async function signIn(): Promise<Contender> {
  const served = await serve('openfactory', { reportsCpu: true })
  return overSocket(served, invalidSignInAt(`${served.url}/api/auth/signin`), 422)
}

export async function me(): Promise<Contender> {
  const { served, me } = await serveBkend({ reportsCpu: true })
  return overSocket(served, me)
}

export async function bare(): Promise<Contender> {
  const served = await servePeer('hono-server.ts', { probe: '/', reportsCpu: true })
  return overSocket(served, { url: `${served.url}/` })
}

export async function bareSignIn(): Promise<Contender> {
  const served = await servePeer('hono-server.ts', { probe: '/', reportsCpu: true })
  return overSocket(served, invalidSignInAt(`${served.url}/sign-in`), 422)
}

const invalidSignInAt = (url: string): Load => ({
  url,
  method: 'POST',
  headers: json,
  calls: [{ body: invalidSignIn }],
  manyClients: true,
})

function overSocket({ child, stop }: Served, load: Load, status = 200): Contender {
  return {
    child,
    status,
    stop,
    async ask(requests, round) {
      // Limits are per minute, and a round takes less, so each has IP addresses of its own.
      const job = { ...load, amount: requests, network: round }
      return (await underLoad(job, { refusals: true })).statuses
    },
  }
}

/** @param call one of `in-process.ts` */
export async function inProcess(call: string, status = 200): Promise<Contender> {
  const child = startChild(['bench/in-process.ts', call, await newFolder()], {
    env: { ...production, NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:4000' },
    reportsCpu: true,
  })
  await once(child, 'message', { signal: AbortSignal.timeout(30_000) })
  return {
    child,
    status,
    stop: () => stop(child),
    ask: async (requests) => (await askChild<{ statuses: Record<string, number> }>(child, requests)).statuses,
  }
}
