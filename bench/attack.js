/**
 * The load generator, in a process of its own. Takes a job as JSON (url, method, headers, body, connections, seconds, manyClients), tells
 * what came of it as JSON.
 */
import autocannon from 'autocannon'

const { seconds, headers = {}, manyClients = false, ...job } = JSON.parse(process.argv[2] ?? '{}')
let count = 0
/** Addresses of a whole network, so that limits for one do not matter. */
const address = () => {
  count++
  return `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`
}
const result = await autocannon({
  ...job,
  duration: seconds,
  headers,
  ...(manyClients && {
    requests: [
      {
        setupRequest: (request) => ({
          ...request,
          headers: { ...request.headers, 'x-forwarded-for': address() },
        }),
      },
    ],
  }),
})
const { latency, errors, non2xx, duration } = result
console.log(
  JSON.stringify({ perSecond: result['2xx'] / duration, p50: latency.p50, p99: latency.p99, errors, non2xx }),
)
