import { randomBytes } from 'node:crypto'
import { createLogger } from '../adapters/logger.ts'
import { type AuthServerSettings, localUrls, type Settings } from '../server/settings.ts'
import { isFile, type SharedStore } from '../server/store.ts'
import { toUserError } from '../server/user-errors.ts'
import type { SandboxData } from '../variants/sandbox-data.ts'
import { deliverToInbox } from './inbox.ts'
import type { HubPages } from './pages/page.ts'
import { loadOrCreateSecret } from './secret-file.ts'

/**
 * Settings of a sandbox. All are optional. By default, data is in memory, secrets are generated, mails go
 * to the inbox only, and pages on this machine are trusted.
 */
export interface SandboxSettings extends Settings {
  /**
   * The host that the server listens on. Requests with other host names are rejected. 127.0.0.1 by default.
   */
  host?: string
  /** The file for a generated secret. `<store>-secret` by default; in memory, the secret is not stored. */
  secretFile?: string
  /** The hub that the sandbox belongs to, for the navigation of its pages. None by default. */
  hub?: HubPages
  /** Replaces the initial data: users, API keys and simulated OAuth accounts. */
  examples?: SandboxData
  /** Limits of the named sandboxes, which requests select with `/~<name>` or the header `X-Sandbox`. */
  isolation?: IsolationSettings
}

export interface IsolationSettings {
  /** The maximum number of open ones. Above it, the least recently used one is closed. 100 by default. */
  maxSandboxes?: number
  /** The seconds without a request after which one is closed. 900 by default. */
  idleSeconds?: number
}

/**
 * Adds the defaults of a sandbox to its settings.
 * @param store the open store of `settings.store`
 * @throws {UserError} when the secret file is empty, or cannot be read or created
 */
export async function completeSettings(
  { secretFile, ...settings }: SandboxSettings,
  store: SharedStore,
): Promise<AuthServerSettings> {
  const { smtpUrl } = settings.mail ?? {}
  return {
    ...localUrls,
    // One log line per request would clutter the output of tests.
    log: createLogger('warn'),
    ...settings,
    store,
    secrets: settings.secrets ?? [await chooseSecret(settings.store, secretFile)],
    mail: { ...(smtpUrl === undefined && { deliver: deliverToInbox }), ...settings.mail },
  }
}

/**
 * Returns the stored secret if the database is a file, so that tokens survive a restart, or else a new one.
 */
async function chooseSecret(store: Settings['store'], secretFile: string | undefined): Promise<string> {
  const file = secretFile ?? (store !== undefined && isFile(store) ? `${store}-secret` : undefined)
  if (file === undefined) return randomBytes(32).toString('base64url')
  return loadOrCreateSecret(file).catch((error) => {
    throw toUserError(error, file)
  })
}
