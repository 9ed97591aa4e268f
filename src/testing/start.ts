import type { VariantName } from '../../generated/index.ts'
import { createHasher } from '../adapters/hasher.ts'
import { UserError } from '../common/user-error.ts'
import { createSandbox, type SandboxSettings } from '../sandbox/index.ts'
import { type Fetch, listen } from '../server/listen.ts'
import { connectSandbox, type FrontendOptions, type TestSandbox } from './connect.ts'

/** Options of a sandbox for tests: those of a sandbox, of the frontend, and the port. */
export interface StartOptions extends SandboxSettings, FrontendOptions {
  /** A free port by default. */
  port?: number
}

/** A sandbox in this process. */
export interface StartedSandbox<Name extends VariantName = VariantName>
  extends TestSandbox<Name>,
    AsyncDisposable {
  /** Stops the server and removes its data. */
  stop: () => Promise<void>
}

/**
 * Starts a sandbox in this process, in memory and on a free port of this machine. It hashes passwords with
 * the cheapest parameters, because nothing in it needs protection.
 * @param name the name of the API
 * @throws {UserError} when the name or a setting is invalid
 * @example
 * const sandbox = await startSandbox('<variant>')
 * const { headers } = await sandbox.signIn('ada@example.org')
 * await sandbox.stop()
 */
export async function startSandbox<Name extends VariantName>(
  name: Name,
  { port = 0, localStorage, ...settings }: StartOptions = {},
): Promise<StartedSandbox<Name>> {
  const { host = '127.0.0.1', webUrl } = settings
  let handle: Fetch = () => new Response(null, { status: 503 })
  // The port has to be known first, because the sandbox puts its URL into links.
  const server = await listen((request, connection) => handle(request, connection), { host, port }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      throw new UserError(`Port ${port} is in use. Pass another one, or none for a free port.`)
    },
  )
  let close = server.close
  try {
    const sandbox = await createSandbox(name, {
      publicUrl: server.url,
      hasher: createFastHasher(),
      ...settings,
    })
    handle = sandbox.fetch
    close = async () => {
      await server.close()
      await sandbox.close()
    }
    const helpers = await connectSandbox<Name>(server.url, {
      ...(webUrl !== undefined && { webUrl }),
      ...(localStorage && { localStorage }),
    })
    return { ...helpers, stop: close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

const createFastHasher = () => createHasher({ memoryKiB: 8, passes: 1 })
