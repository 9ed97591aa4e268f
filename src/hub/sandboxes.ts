import type { Sandbox } from '../sandbox/index.ts'
import type { Html } from '../ui/page.ts'
import type { ServedApi } from './context.ts'
import { controlsPath } from './docs-urls.ts'

/** Options for the sandboxes of a hub. */
export interface SandboxOptions {
  /** A folder for the databases; null keeps everything in memory. */
  data: string | null
  /**
   * Returns the origin of the hub. Called when a sandbox is created, because the port is not known earlier.
   */
  origin: () => string
  /** Whether the rate limits of the APIs apply. False by default; the environment variable `SETTINGS` wins. */
  rateLimits?: boolean
}

/** Creates the sandbox of an API. Uses lazy imports, so that the hub can listen at once. */
export async function openSandbox(
  { server: variant }: ServedApi,
  {
    host,
    allowedHosts,
    data,
    origin,
    rateLimits = false,
    navigationFor,
  }: SandboxOptions & {
    host: string
    allowedHosts: readonly string[]
    navigationFor: (path: string) => Html
  },
): Promise<Sandbox> {
  const [{ readConfig }, { createSandbox }, { createLogger }] = await Promise.all([
    import('../server/config.ts'),
    import('../sandbox/index.ts'),
    import('../adapters/logger.ts'),
  ])
  const { settings } = readConfig({ variant, data, isOneOfSeveral: true })
  return createSandbox(variant, {
    ...settings,
    operator: { ...(rateLimits && { rateLimits }), ...settings.operator },
    host,
    allowedHosts,
    publicUrl: `${origin()}/sandbox/${variant}`,
    hub: { home: `/#${variant}`, controls: controlsPath, navigation: navigationFor },
    // Users of the hub watch the terminal only for problems.
    log: createLogger('warn'),
  })
}
