import assert from 'node:assert/strict'
import type { Project } from './project.ts'

/** The result that most functions of the projects return instead of throwing. */
export interface Result {
  ok: boolean
  reason?: string
  retryAfterSeconds?: number
}

/** Calls a function that has to succeed. Returns its result. */
export async function assertOk<Fields = unknown>(
  project: Project,
  name: string,
  ...args: unknown[]
): Promise<Result & Fields> {
  const result = await project.call<Result & Fields>(name, ...args)
  assert.equal(result?.ok, true, `${name}() should succeed, but returned ${describe(result)}.`)
  return result
}

/** Calls a function that has to fail with a reason. Returns its result. */
export async function assertReason(
  project: Project,
  reason: string,
  name: string,
  ...args: unknown[]
): Promise<Result> {
  const result = await project.call<Result>(name, ...args)
  const matches = result?.ok === false && result.reason === reason
  assert.ok(matches, `${name}() should return the reason ${reason}, but returned ${describe(result)}.`)
  return result
}

/** Waits for a call that has to reject. */
export async function assertRejects(call: Promise<unknown>, message: string): Promise<void> {
  const [{ status }] = await Promise.allSettled([call])
  assert.equal(status, 'rejected', message)
}

/** Fails unless `currentUser()` of a project returns the user with this email. */
export async function assertSignedIn(project: Project, email: string | null): Promise<void> {
  const user = await project.call<{ email: string } | null>('currentUser')
  assert.equal(user?.email ?? null, email, `currentUser() should return ${email ?? 'null'}.`)
}

function describe(result: Result | undefined): string {
  if (typeof result !== 'object' || result === null) return String(result)
  return result.ok ? 'a success' : `the reason ${result.reason}`
}
