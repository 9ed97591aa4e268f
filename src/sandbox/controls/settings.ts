import type { z } from '@hono/zod-openapi'
import type { zSettings } from '../../../generated/_dev/schemas.ts'
import type { ServerContext } from '../../server/context.ts'
import { createProviderStates } from './provider-states.ts'

type Settings = z.output<typeof zSettings>

/** What the control `settings` shows and changes: the settings of operators, and the states of OAuth providers. */
export interface ControlledSettings {
  read: () => Settings
  /**
   * Checks a change of settings.
   * @returns makes the change
   * @throws {UserError} unsupported, when the API has no such setting
   */
  plan: (wanted: Settings) => () => void
}

/** @param providerNames the OAuth providers of the API */
export function createControlledSettings(
  providerNames: readonly string[],
  { operator, providers }: Pick<ServerContext, 'operator' | 'providers'>,
): ControlledSettings {
  const states = createProviderStates(providerNames, providers)
  return {
    read() {
      const { rateLimits, limits, ...others } = operator.read()
      return { ...others, ...states.read(), rateLimits, limits }
    },
    plan({ providers: wantedStates, ...others }) {
      const changes = [operator.plan(others), states.plan(wantedStates)]
      return () => {
        for (const change of changes) change()
      }
    },
  }
}
