/**
 * The load generator, in a process of its own. Reads a job as JSON from standard input (url, method, headers, calls,
 * connections, seconds or amount, manyClients, network) and prints the result as JSON.
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

/** Enough that limits for one do not matter, however long this goes on. */
const addresses = manyClients ? 10_000 : 0
const addressOf = (call) => ({ 'x-forwarded-for': `10.${network}.${call >> 8}.${call & 255}` })
const count = Math.max(job.connections, calls.length, addresses)

/** All of them are made before the clock starts: a connection repeats every nth call of the list. */
let dealt = 0
function deal(client) {
  const share = []
  for (let call = dealt++; call < count; call += job.connections) {
    const { headers: own, ...rest } = calls[call % calls.length]
    share.push({ ...rest, headers: { ...headers, ...own, ...(manyClients && addressOf(call)) } })
  }
  client.setRequests(share)
}

const result = await autocannon({ ...job, duration: seconds, setupClient: deal })
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
