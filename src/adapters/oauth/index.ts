import type { OAuthProvider, OAuthProviders } from '../../core/oauth-provider.ts'
import { type GitHubEndpoints, github } from './github.ts'
import { type GoogleEndpoints, google } from './google.ts'
import type { ProviderSettings } from './settings.ts'
import { type TwitterEndpoints, twitter } from './twitter.ts'

export interface OAuthSettings {
  google?: ProviderSettings<GoogleEndpoints> | undefined
  github?: ProviderSettings<GitHubEndpoints> | undefined
  twitter?: ProviderSettings<TwitterEndpoints> | undefined
}

/**
 * Creates the OAuth providers that have settings.
 * @throws {Error} when settings are invalid; the message is meant for the operator
 */
export function oauthProviders(settings: OAuthSettings): OAuthProviders {
  const providers = new Map<string, OAuthProvider>()
  if (settings.google) providers.set('google', google(settings.google))
  if (settings.github) providers.set('github', github(settings.github))
  if (settings.twitter) providers.set('twitter', twitter(settings.twitter))
  return providers
}
