import type { VariantName } from '../generated/index.ts'
import { servedNames } from '../test/support/served.ts'
import { requestsPerSecond } from './load.ts'
import { freePort, startNode, stop, waitForOk } from './process.ts'
import { signInOf } from './sign-in.ts'
import { type Figure, median, milliseconds, perSecond, times } from './table.ts'

const prismCli = 'node_modules/@stoplight/prism-cli/dist/index.js'
/** The arguments of `node` for the Prism CLI. */
export const prism = (variant: VariantName, port: number) => [
  ...[prismCli, 'mock', `generated/${variant}/openapi.json`],
  ...['-p', String(port)],
]
const hub = (port: number) => ['src/cli/auth-contracts.js', 'start', '--port', String(port)]
const mock = (variant: VariantName, port: number) => [
  ...['src/cli/auth-contracts.js', 'mock', variant],
  ...['--port', String(port)],
]

interface Target {
  variant: VariantName
  base: string
}

/**
 * Measures the time from process start to a sign-in response of every mock, and of the Prism CLI with one
 * contract.
 */
export async function measureMockStart(): Promise<Figure[]> {
  const [first] = servedNames
  const [ours, peer]: [number[], number[]] = [[], []]
  const all = servedNames.map((variant) => ({ variant, base: `/mock/${variant}` }))
  for (let round = 0; round < 5; round++) {
    peer.push(await timeToResponse((port) => prism(first, port), [{ variant: first, base: '' }]))
    ours.push(await timeToResponse(hub, all))
  }
  const ratio = median(ours) / median(peer)
  return [
    {
      what: `first response of ${servedNames.length} mocks`,
      ours: milliseconds(median(ours)),
      peer: `${milliseconds(median(peer))} (Prism CLI, one contract)`,
      ratio: times(ratio),
      goal: 'at most 2.5x',
      met: ratio <= 2.5,
    },
  ]
}

/** Compares sign-ins per second of each mock and of the Prism CLI in its default configuration. */
export async function measureMockThroughput(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const variant of servedNames) {
    const peer = await throughput(variant, (port) => prism(variant, port))
    const ours = await throughput(variant, (port) => mock(variant, port))
    figures.push({
      what: `mock POST, ${variant}`,
      ours: perSecond(ours),
      peer: `${perSecond(peer)} (Prism CLI)`,
      ratio: times(ours / peer),
      goal: 'at least 2x',
      met: ours / peer >= 2,
    })
  }
  return figures
}

/**
 * Measures the time from the start of a server to its first sign-in at each target, in milliseconds.
 * @param args the arguments of `node` for a port
 */
export async function timeToResponse(args: (port: number) => string[], targets: Target[]): Promise<number> {
  const port = await freePort()
  const start = performance.now()
  const server = startNode(args(port))
  try {
    const origin = `http://127.0.0.1:${port}`
    await Promise.all(targets.map(({ variant, base }) => waitForOk(() => signIn(variant, origin + base))))
    return performance.now() - start
  } finally {
    await stop(server)
  }
}

async function throughput(variant: VariantName, args: (port: number) => string[]): Promise<number> {
  const port = await freePort()
  const server = startNode(args(port))
  try {
    const origin = `http://127.0.0.1:${port}`
    await waitForOk(() => signIn(variant, origin))
    const { path, ...request } = signInOf(variant)
    await requestsPerSecond(origin + path, request, { seconds: 2 }) // warm-up
    return await requestsPerSecond(origin + path, request, { seconds: 5 })
  } finally {
    await stop(server)
  }
}

function signIn(variant: VariantName, base: string): Promise<Response> {
  const { path, ...request } = signInOf(variant)
  return fetch(base + path, request)
}
