/** Serves the bare Hono app on Node. Arguments: port. */
import { serve } from '@hono/node-server'
import { app } from './hono-app.ts'

serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: '127.0.0.1' })
