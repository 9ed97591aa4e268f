/** A minimal JSON server, so that most of the time of a call is spent in the client. Arguments: port. */
import { createServer } from 'node:http'

const body = JSON.stringify({
  id: '1',
  email: 'ada@example.org',
  name: 'Ada',
  createdAt: '2026-01-01T00:00:00.000Z',
})

createServer(async (request, response) => {
  for await (const _ of request);
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body)
}).listen(Number(process.argv[2]), '127.0.0.1')
