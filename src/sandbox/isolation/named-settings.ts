import type { Log } from '../../server/app.ts'
import type { Resources } from '../../server/resources.ts'
import type { SandboxSettings } from '../settings.ts'

/** Returns the base URL of a named sandbox. */
export function namedUrl(publicUrl: string, name: string): string {
  return `${publicUrl}/~${name}`
}

/**
 * Returns the settings of a named sandbox. It is in memory and has generated secrets, so that its tokens are
 * invalid in all others. Its log lines contain its name.
 * @param settings the settings of the default sandbox
 */
export function settingsOfNamed(
  name: string,
  { store, secretFile, connections, multiProcess, files, secrets, metrics, ...settings }: SandboxSettings,
  { site, log }: Pick<Resources, 'site' | 'log'>,
): SandboxSettings {
  return { ...settings, log: withField(log, { sandbox: name }), publicUrl: namedUrl(site.publicUrl, name) }
}

/** Adds a field to all lines of a log. */
function withField(log: Log, field: object): Log {
  return {
    info: (fields, message) => log.info({ ...fields, ...field }, message),
    warn: (fields, message) => log.warn({ ...fields, ...field }, message),
    error: (fields, message) => log.error({ ...fields, ...field }, message),
  }
}
