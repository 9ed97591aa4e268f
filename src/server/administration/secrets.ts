import { randomBytes } from 'node:crypto'

const newSecret = () => randomBytes(32).toString('base64url')

/**
 * Returns the next value of `SECRETS`: a new secret that signs, and old ones that are still accepted.
 * @param current the current secrets; the first one signs
 * @param keep the number of current secrets to keep
 */
export function rotateSecrets(current: readonly string[], keep: number): string[] {
  return [newSecret(), ...current.slice(0, keep)]
}

/**
 * Appends a new secret, which is accepted but does not sign yet. The first step of a rotation for servers
 * that restart one by one.
 */
export function prepareRotation(current: readonly string[]): string[] {
  return [...current, newSecret()]
}

/** Moves the last secret to the front, where it signs. The second step, after all servers accept it. */
export function promoteNewest(current: readonly string[]): string[] {
  return [...current.slice(-1), ...current.slice(0, -1)]
}
