import { join, resolve } from 'node:path'
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Catalog } from '../../src/catalog/api.ts'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { bareEnv } from '../cli/child.ts'

const root = resolve(import.meta.dirname, '../..')

/** Negotiates the newest protocol revision, as tools of today do. */
const newest: ClientOptions = { versionNegotiation: { mode: 'auto' } }

/** A hub that listens on a free port, for the APIs of this package or others. */
export async function serveHub(catalog?: Catalog) {
  let server: Listening | undefined
  const hub = createHub({
    ...(catalog && { catalog }),
    host: '127.0.0.1',
    log: () => {},
    sandboxes: { data: null, origin: () => server?.url ?? '' },
  })
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
  const { url } = server
  return {
    url,
    close: async () => {
      await server.close()
      await hub.close()
    },
  }
}

/** Connects the official client to the endpoint of a hub. */
export async function connectHttp(hubUrl: string, options = newest): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' }, options)
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', hubUrl)))
  return client
}

/** Starts the command and connects the official client to its standard input and output. */
export async function connectStdio(hubUrl: string, options = newest, args: string[] = []) {
  const client = new Client({ name: 'test', version: '1.0.0' }, options)
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(root, 'src/cli/auth-contracts.js'), 'mcp', '--url', hubUrl, ...args],
    env: bareEnv as Record<string, string>,
    stderr: 'pipe',
  })
  let errors = ''
  transport.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  await client.connect(transport)
  return { client, errors: () => errors }
}

/** Calls a tool, and returns its text and whether it is an error. */
export async function callTool(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args })
  const [block] = result.content
  return {
    text: block?.type === 'text' ? block.text : '',
    isError: result.isError ?? false,
    data: result.structuredContent as Record<string, unknown> | undefined,
  }
}
