import type { routes } from '../../../../generated/bedrud/routes.ts'
import type { OAuthProvider } from '../../../../generated/bedrud/types.ts'
import type { Handlers } from '../../../http/handlers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { type Flags, serverName } from '../flags.ts'

const oauthProviders: readonly OAuthProvider[] = ['google', 'github', 'twitter']

/** Handler for what a sign-in page needs to know of the server. */
export function settingsHandlers({
  flags,
  providers,
}: Pick<Services<Flags>, 'flags' | 'providers'>): Pick<Handlers<typeof routes, Caller>, 'getSettings'> {
  return {
    async getSettings() {
      const { registration, guests, passkeys } = flags
      return {
        status: 200,
        body: {
          serverName,
          registrationEnabled: registration !== 'closed',
          tokenRegistrationOnly: registration === 'inviteOnly',
          // Guests are new users as well.
          guestLoginEnabled: guests && registration !== 'closed',
          passkeysEnabled: passkeys,
          oauthProviders: oauthProviders.filter((name) => providers.has(name)),
          requireEmailVerification: false,
        },
      }
    },
  }
}
