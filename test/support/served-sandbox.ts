import { onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { type Fetch, listen } from '../../src/server/listen.ts'
import { openSandbox, type TestSandbox, type TestSettings } from './sandbox.ts'

/**
 * Opens a sandbox in memory behind a port of the loopback interface. Closed after the test.
 * @param change changes the responses, to plant a fault
 */
export async function serveSandbox(
  name: VariantName,
  {
    change = (_, response) => response,
    ...settings
  }: TestSettings & { change?: (request: Request, response: Response) => Response | Promise<Response> } = {},
): Promise<TestSandbox & { url: string }> {
  let handle: Fetch = () => new Response(null, { status: 503 })
  // The port has to be known first, because the sandbox puts its URL into links.
  const { url, close } = await listen((request, connection) => handle(request, connection), {
    host: '127.0.0.1',
    port: 0,
  })
  onTestFinished(close)
  const sandbox = await openSandbox(name, { publicUrl: url, ...settings })
  handle = async (request, connection) => change(request, await sandbox.fetch(request, connection))
  return { ...sandbox, url }
}
