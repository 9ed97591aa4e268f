import { randomBytes } from 'node:crypto'

/**
 * What `SECRETS` becomes when a new one signs from now on. What the old ones signed stays good for as long as they are in
 * the list.
 * @param present the newest first @param keep how many of them stay
 */
export const rotated = (present: readonly string[], keep: number): string[] => [
  randomBytes(32).toString('base64url'),
  ...present.slice(0, keep),
]
