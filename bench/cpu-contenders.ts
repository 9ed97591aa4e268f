import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { serveBkend } from './bkend-me.ts'
import { stop } from './process.ts'
import {
  createFolder,
  production,
  type RunningServer,
  requestFromChild,
  serve,
  servePeer,
  startChild,
} from './servers.ts'
import { type Load, underLoad } from './under-load.ts'
import { invalidSignIn, json, signUp } from './users.ts'

/** A server in a separate process that reports its CPU time. */
export interface Contender {
  child: ChildProcess
  /** The status that all responses must have. */
  status: number
  /** Sends requests, and returns the number of responses by status. */
  sendRequests: (requests: number, round: number) => Promise<Record<string, number>>
  stop: () => Promise<void>
}

export async function sessionCheck(): Promise<Contender> {
  const served = await serve('openfactory', { reportsCpu: true })
  const token = await signUp(served.url, 'grace@example.org')
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

export const invalidSignInAt = (url: string): Load => ({
  url,
  method: 'POST',
  headers: json,
  calls: [{ body: invalidSignIn }],
  manyClients: true,
})

/** Sends requests over 64 connections. */
export function overSocket({ child, stop }: RunningServer, load: Load, status = 200): Contender {
  return {
    child,
    status,
    stop,
    async sendRequests(requests, round) {
      // Each round has its own IP addresses, because it ends before the rate limits of the previous one
      // reset.
      const job = { ...load, amount: requests, network: round }
      return (await underLoad(job, { allowErrors: true })).statuses
    },
  }
}

/**
 * Starts `in-process.ts`.
 * @param call one of its calls
 */
export async function inProcess(call: string, status = 200): Promise<Contender> {
  const child = startChild(['bench/in-process.ts', call, await createFolder()], {
    env: { ...production, NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:4000' },
    reportsCpu: true,
  })
  await once(child, 'message', { signal: AbortSignal.timeout(30_000) })
  return {
    child,
    status,
    stop: () => stop(child),
    sendRequests: async (requests) =>
      (await requestFromChild<{ statuses: Record<string, number> }>(child, requests)).statuses,
  }
}
