/** A bare Hono route that answers as much JSON as a session check does. Arguments: port. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const session = {
  user: {
    id: 'db8a7fee-52dc-4469-9df6-b0f9befbe25c',
    email: 'ada@example.org',
    name: 'Ada',
    avatarUrl: null,
  },
  organizationId: 'c33f923d-2d12-4f27-b0f6-0920c5703782',
  role: 'admin',
}
const app = new Hono().get('/', (c) => c.json(session))
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: '127.0.0.1' })
