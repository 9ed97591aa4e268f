import { randomBytes } from 'node:crypto'
import { createLogger } from '../adapters/logger.ts'
import type { OperatorSettings } from '../server/operator-settings.ts'
import { type AuthServerSettings, localUrls, type Settings } from '../server/settings.ts'
import { isFile, type SharedStore } from '../server/store.ts'
import { toUserError } from '../server/user-errors.ts'
import type { SandboxData } from '../variants/sandbox-data.ts'
import type { HubLinks } from './controls/pages.ts'
import { deliverToInbox } from './inbox.ts'
import { loadOrCreateSecret } from './kept-secret.ts'

/** Settings of a sandbox. Each has a default that suits development. */
export interface SandboxSettings extends Settings {
  /** The host that the server listens on. Requests to other host names are refused. */
  host?: string
  /** Keeps the secret that is generated when none is given. It lies beside a database file by default. */
  secretFile?: string
  /** Pages around this server, which its own pages link to. */
  hub?: HubLinks
  /** Replaces the registered data to start with. */
  examples?: SandboxData
}

/**
 * Fills in what a sandbox does not have to be told.
 * @param store the open store of `settings.store`
 * @throws {UserError} when the kept secret cannot be read or created
 */
export async function completeSettings(
  { secretFile, ...settings }: SandboxSettings,
  store: SharedStore,
): Promise<AuthServerSettings> {
  const { smtpUrl } = settings.mail ?? {}
  return {
    ...localUrls,
    // Inside a test, a line for each request would bury the output of the test.
    log: createLogger('warn'),
    ...settings,
    store,
    secrets: settings.secrets ?? [await secretOf(settings.store, secretFile)],
    mail: { ...(smtpUrl === undefined && { deliver: deliverToInbox }), ...settings.mail },
  }
}

/**
 * Adds the rules that differ from production. A sandbox accepts common passwords, because developers and the tests
 * of vendors sign up with passwords such as `Password123!`.
 */
export function withSandboxDefaults({ passwords, ...others }: OperatorSettings = {}): OperatorSettings {
  return { ...others, passwords: { refuseCommon: false, ...passwords } }
}

/** The secret that is kept next to a database file, so that tokens survive a restart. Otherwise a new one. */
async function secretOf(store: Settings['store'], secretFile: string | undefined): Promise<string> {
  const file = secretFile ?? (store !== undefined && isFile(store) ? `${store}-secret` : undefined)
  if (file === undefined) return randomBytes(32).toString('base64url')
  return loadOrCreateSecret(file).catch((error) => {
    throw toUserError(error, file)
  })
}
