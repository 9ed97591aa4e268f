import { randomBytes } from 'node:crypto'

const newSecret = () => randomBytes(32).toString('base64url')

/**
 * What `SECRETS` becomes when a new one signs from now on. What the old ones signed stays good for as long as they are in
 * the list.
 * @param present the newest first @param keep how many of them stay
 */
export function rotated(present: readonly string[], keep: number): string[] {
  return [newSecret(), ...present.slice(0, keep)]
}

/** The same in two steps, for servers that are restarted one by one: first all of them accept the new one, ... */
export function prepared(present: readonly string[]): string[] {
  return [...present, newSecret()]
}

/** ... then it signs. */
export function promoted(present: readonly string[]): string[] {
  return [...present.slice(-1), ...present.slice(0, -1)]
}
