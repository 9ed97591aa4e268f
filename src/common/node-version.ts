import { UserError } from './user-error.ts'

/**
 * Returns what is wrong with the Node version of this process: it lacks `node:sqlite` or a part of it.
 * Undefined if nothing is, and in a browser.
 */
export function nodeVersionProblem(): string | undefined {
  const [major = 0, minor = 0] = (globalThis.process?.versions?.node ?? '').split('.').map(Number)
  if (major === 0 || major > 22 || (major === 22 && minor >= 18)) return undefined
  return `auth-contracts needs Node.js 22.18 or newer, not ${process.version}. Install Node.js 24 from https://nodejs.org.`
}

/** @throws {UserError} when this Node version is too old */
export function assertNodeVersion(): void {
  const problem = nodeVersionProblem()
  if (problem) throw new UserError(problem)
}
