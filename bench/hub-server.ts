/** Serves the hub with sandboxes in memory. Arguments: port. `REQUEST_LOG=off` turns off the request log. */
import { createHub } from '../src/hub/app.ts'
import { listen } from '../src/server/listen.ts'

const port = Number(process.argv[2])
const origin = `http://127.0.0.1:${port}`
const hub = createHub({
  host: '127.0.0.1',
  sandboxes: { data: null, origin: () => origin },
  ...(process.env.REQUEST_LOG === 'off' && { requests: false }),
})
await listen(hub.fetch, { host: '127.0.0.1', port })
