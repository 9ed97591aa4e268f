/** What an operator can switch. */
export interface Flags {
  /** Whether users see the public part of each other's records. */
  publicProfiles: boolean
  /** Whether users may upload files. */
  fileStorage: boolean
}

export const flags: Flags = { publicProfiles: true, fileStorage: true }
