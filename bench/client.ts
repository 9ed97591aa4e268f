import { createBkendClient } from '../src/client/bkend.ts'
import { freePort, startNode, stop, waitForOk } from './process.ts'
import { type Figure, median, times } from './table.ts'

type Pair = Record<'bare' | 'typed', () => Promise<unknown>>

const calls = 2000
const rounds = 15

/**
 * Compares typed, authenticated calls with bare `fetch` and the same headers, over loopback in alternating
 * rounds.
 */
export async function measureClient(): Promise<Figure[]> {
  const port = await freePort()
  const server = startNode(['bench/json-server.ts', String(port)])
  try {
    const baseUrl = `http://127.0.0.1:${port}`
    await waitForOk(() => fetch(`${baseUrl}/v1/auth/me`))
    return await compare(baseUrl)
  } finally {
    await stop(server)
  }
}

async function compare(baseUrl: string): Promise<Figure[]> {
  const headers = { 'X-API-Key': `pk_${'0'.repeat(64)}`, Authorization: 'Bearer token' }
  const json = { ...headers, 'Content-Type': 'application/json' }

  const bkend = createBkendClient({ baseUrl, apiKey: headers['X-API-Key'] })
  await bkend.tokens.set({ accessToken: 'token', refreshToken: 'token' })
  const userId = '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10'
  const profile = { name: 'Mina Park', bio: 'Tea, mostly.' }
  const pairs: Record<string, Pair> = {
    GET: {
      bare: async () => (await fetch(`${baseUrl}/v1/auth/me`, { headers })).json(),
      typed: () => bkend.GET('/v1/auth/me'),
    },
    PATCH: {
      bare: async () => {
        const init = { method: 'PATCH', headers: json, body: JSON.stringify(profile) }
        return (await fetch(`${baseUrl}/v1/users/${userId}`, init)).json()
      },
      typed: () => bkend.PATCH('/v1/users/{userId}', { params: { path: { userId } }, body: profile }),
    },
  }

  const figures: Figure[] = []
  for (const [method, pair] of Object.entries(pairs)) {
    for (const inFlight of [1, 20]) figures.push(await measure(method, pair, inFlight))
  }
  return figures
}

async function measure(method: string, { bare, typed }: Pair, inFlight: number): Promise<Figure> {
  const samples = { bare: [] as number[], typed: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    samples.bare.push(await microsecondsPerCall(bare, inFlight))
    samples.typed.push(await microsecondsPerCall(typed, inFlight))
  }
  // One ratio per pair of rounds, because both rounds share the load of the machine at that time.
  const ratio = median(samples.typed.map((typed, round) => typed / (samples.bare[round] ?? typed)))
  return {
    what: `client ${method}, ${inFlight} in flight`,
    ours: `${Math.round(median(samples.typed))} µs`,
    peer: `${Math.round(median(samples.bare))} µs (bare fetch)`,
    ratio: times(ratio),
    goal: 'at most 1.20x',
    met: ratio <= 1.2,
  }
}

async function microsecondsPerCall(call: () => Promise<unknown>, inFlight: number): Promise<number> {
  const start = performance.now()
  for (let done = 0; done < calls; done += inFlight) await Promise.all(Array.from({ length: inFlight }, call))
  return ((performance.now() - start) * 1000) / calls
}
