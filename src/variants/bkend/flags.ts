/** Feature flags that operators can change. */
export interface Flags {
  /** Whether users can see the public part of other users' records. */
  publicProfiles: boolean
  /** Whether users can upload avatars. */
  fileStorage: boolean
}

export const flags: Flags = { publicProfiles: true, fileStorage: true }
