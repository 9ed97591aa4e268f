import type { CreatedSession, ErrorResponse, Seed } from '../../../../generated/_dev/types.ts'
import { CallError } from './call-error.ts'

/** Reads the accounts and keys of a sandbox. Returns undefined if it does not respond. */
export async function readSeed(variant: string): Promise<Seed | undefined> {
  const response = await fetch(`/sandbox/${variant}/__dev/seed`, {
    headers: { accept: 'application/json' },
  }).catch(() => undefined)
  return response?.ok ? response.json() : undefined
}

/**
 * Signs in any user of a sandbox, without a password.
 * @param user the id of the user
 * @throws {CallError} if the rules of the API refuse the user, or the hub does not respond
 */
export async function createSession(variant: string, user: string): Promise<CreatedSession> {
  const response = await fetch(`/sandbox/${variant}/__dev/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
  }).catch(() => undefined)
  if (!response) throw new CallError('The hub does not respond. Check that it is running.')
  if (response.ok) return response.json()
  const { error }: ErrorResponse = await response.json()
  throw new CallError(`${error.message}.`)
}
