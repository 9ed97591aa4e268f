/** The name that users see. */
export const serverName = 'Bedrud'

/** The feature flags of this API. */
export interface Flags {
  /** The policy for new accounts. Unless it is `open`, a sign-up needs an invitation. */
  registration: 'open' | 'inviteOnly' | 'closed'
  guests: boolean
  passkeys: boolean
  /** Where the OAuth callback redirects to, by default `WEB_URL`; null to return the tokens as JSON. */
  frontendUrl: string | null
}

export const flags: Flags = { registration: 'open', guests: true, passkeys: true, frontendUrl: null }
