import type { z } from '@hono/zod-openapi'
import type { zSettings } from '../../../generated/_dev/schemas.ts'
import type { ServerContext } from '../../server/context.ts'
import type { Latency } from '../latency.ts'
import { createProviderStates } from './provider-states.ts'

type Settings = z.output<typeof zSettings>

/** The settings of the development control: operator settings, the states of OAuth providers and latency. */
export interface ControlledSettings {
  read: () => Settings
  /**
   * Validates an update of the settings.
   * @returns a function that applies the update
   * @throws {UserError} unsupported, when the API does not have a setting
   */
  prepareUpdate: (update: Settings) => () => void
}

/**
 * Combines operator settings, the states of OAuth providers and latency.
 * @param providerNames the OAuth providers that the API supports
 */
export function createControlledSettings(
  providerNames: readonly string[],
  { operator, providers }: Pick<ServerContext, 'operator' | 'providers'>,
  latency: Pick<Latency, 'read' | 'update'>,
): ControlledSettings {
  const states = createProviderStates(providerNames, providers)
  return {
    read() {
      const { rateLimits, limits, ...others } = operator.read()
      return { ...others, ...states.read(), latency: latency.read(), rateLimits, limits }
    },
    prepareUpdate({ providers: stateUpdate, latency: latencyUpdate = {}, ...others }) {
      const updates = [operator.prepareUpdate(others), states.prepareUpdate(stateUpdate)]
      return () => {
        for (const apply of updates) apply()
        latency.update(latencyUpdate)
      }
    },
  }
}
