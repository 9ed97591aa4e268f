// Other tools that judge a server by the same documents, to compare the kit with.
import { fileURLToPath } from 'node:url'
import type { VariantName } from '../../generated/index.ts'
import { openConnection } from '../../src/conformance/connection.ts'
import type { RequestData, ResponseData } from '../../src/conformance/exchange.ts'
import { adapters } from '../../src/conformance/variants/index.ts'
import { runDredd } from '../support/dredd.ts'
import { failedSteps } from '../support/respect.ts'
import type { Mutant } from './mutant.ts'
import { withServer } from './run-mutant.ts'

/** Returns the parts of a tool's run that failed. */
type Peer = (variant: VariantName, url: string) => Promise<string[]>

const credentials = fileURLToPath(new URL('credentials.cjs', import.meta.url))
export const peers: Record<string, Peer> = { Dredd: failedTransactions, respect: failedJourneys }
export const peerNames = Object.keys(peers)

/** The failures without a fault, by tool and API. */
const baselines = new Map<string, Promise<Set<string>>>()

/** Returns the first new failure that each peer reports for a server with a fault. */
export async function runPeers(mutant: Mutant): Promise<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {}
  for (const [name, peer] of Object.entries(peers)) {
    const known = await baselineOf(name, peer, mutant.variant)
    // Each tool gets a new server, so that no other tool has changed its state.
    const failed = await withServer(mutant, (url) => peer(mutant.variant, url))
    found[name] = failed.find((failure) => !known.has(failure))
  }
  return found
}

function baselineOf(name: string, peer: Peer, variant: VariantName): Promise<Set<string>> {
  const key = `${name} ${variant}`
  const baseline = baselines.get(key) ?? measureBaseline(peer, variant)
  baselines.set(key, baseline)
  return baseline
}

/** Runs a tool twice, so that a result that varies by itself does not count as found. */
async function measureBaseline(peer: Peer, variant: VariantName): Promise<Set<string>> {
  const run = () => withServer({ name: 'no fault', variant, mutations: [] }, (url) => peer(variant, url))
  return new Set([...(await run()), ...(await run())])
}

/** Runs Dredd by itself: it sends the first example of each operation once for every declared status. */
async function failedTransactions(variant: VariantName, url: string): Promise<string[]> {
  const { errors, summary } = await runDredd(variant, url, credentials, {
    ACCESS_TOKEN: await signIn(variant, url),
  })
  const failures = errors.map((line) => line.replace(/ duration: \d+ms$/, ''))
  return summary === undefined ? [...failures, 'Dredd stopped without a summary'] : failures
}

/** Runs the journeys of the Arazzo document, without rate limits as in a run of the kit. */
async function failedJourneys(variant: VariantName, url: string): Promise<string[]> {
  await send(url, { method: 'POST', path: '/__dev/settings', body: { rateLimits: false } })
  return failedSteps(variant, url)
}

/** Signs in as a user of the examples. Returns an invalid token if a fault prevents it. */
async function signIn(variant: VariantName, url: string): Promise<string> {
  const adapter = adapters[variant]
  try {
    if (!adapter) return 'none'
    const { signIn, seeded, credentialIn } = adapter
    return credentialIn(await send(url, signIn(seeded.withPassword))).access
  } catch {
    return 'none'
  }
}

async function send(url: string, request: RequestData): Promise<ResponseData> {
  const connection = openConnection(url)
  try {
    return (await connection.send(request)).response
  } finally {
    connection.close()
  }
}
