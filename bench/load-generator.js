/**
 * The load generator, which runs in a separate process. Reads a job as JSON from standard input (url, method,
 * headers, calls, connections, seconds or amount, manyClients, network), and prints the result as JSON.
 */
import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'

const {
  seconds,
  headers = {},
  calls = [{}],
  manyClients = false,
  network = 0,
  ...job
} = JSON.parse(await text(process.stdin))

/** So many IP addresses that no rate limit of one is reached. */
const ipCount = manyClients ? 10_000 : 0
const ipHeader = (call) => ({ 'x-forwarded-for': `10.${network}.${call >> 8}.${call & 255}` })
const count = Math.max(job.connections, calls.length, ipCount)

/** Gives each connection every nth call of the list. All requests are created before the clock starts. */
let connectionCount = 0
function assignCalls(client) {
  const share = []
  for (let call = connectionCount++; call < count; call += job.connections) {
    const { headers: own, ...rest } = calls[call % calls.length]
    share.push({ ...rest, headers: { ...headers, ...own, ...(manyClients && ipHeader(call)) } })
  }
  client.setRequests(share)
}

const result = await autocannon({ ...job, duration: seconds, setupClient: assignCalls })
const { latency, errors, non2xx, duration, statusCodeStats } = result
const statuses = Object.fromEntries(
  Object.entries(statusCodeStats).map(([status, { count }]) => [status, Number(count)]),
)
console.log(
  JSON.stringify({
    perSecond: result['2xx'] / duration,
    p50: latency.p50,
    p99: latency.p99,
    errors,
    non2xx,
    statuses,
  }),
)
