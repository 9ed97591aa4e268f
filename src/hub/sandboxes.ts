import type { VariantName } from '../../generated/index.ts'
import type { Sandbox } from '../server/server.ts'

/** Where sandboxes are and keep their data. */
export interface SandboxPlace {
  /** A folder for their databases; null keeps everything in memory. */
  data: string | null
  /** Where others reach the hub. Asked for when a sandbox is made. */
  origin: () => string
}

/** Makes the sandbox of one API. All of the server comes in here and not before, so that the hub can listen before it is there. */
export async function openSandbox(
  variant: VariantName,
  host: string,
  { data, origin }: SandboxPlace,
): Promise<Sandbox> {
  const [{ readConfig }, { createSandbox }, { createLogger }] = await Promise.all([
    import('../server/config.ts'),
    import('../server/server.ts'),
    import('../adapters/logger.ts'),
  ])
  const { settings } = readConfig({ variant, data, isOneOfSeveral: true })
  return createSandbox(variant, {
    ...settings,
    host,
    publicUrl: `${origin()}/sandbox/${variant}`,
    hub: { home: `/#${variant}`, reference: `/docs/${variant}/` },
    // Its readers look at the terminal for what went wrong.
    log: createLogger('warn'),
  })
}

/** The same request, as a server sees it that has the paths below `prefix` to itself. */
export function withoutPrefix(request: Request, prefix: string): Request {
  const url = new URL(request.url)
  url.pathname = url.pathname.slice(prefix.length)
  return new Request(url, request)
}
