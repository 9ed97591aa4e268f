/** What an operator can switch. */
export interface Flags {
  /** Who may open an account: by password, passkey or provider. */
  registration: 'open' | 'inviteOnly' | 'closed'
  guests: boolean
  passkeys: boolean
  /** Where the browser lands after a provider; null when the server answers itself. */
  frontendUrl: string | null
}

export const flags: Flags = { registration: 'open', guests: true, passkeys: true, frontendUrl: null }
