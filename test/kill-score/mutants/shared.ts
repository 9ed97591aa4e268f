import type { Mutation } from '../mutant.ts'

/**
 * Lets a reply through that breaks the contract. In development, the server checks its own replies and would
 * respond with 500 instead. A user's server has no such check.
 */
export const uncheckedReplies = replace('src/sandbox/generation.ts', 'checkReplies: true,', '')

/** Removes the limit of wrong passwords per account. */
export const noFailureLimit = replace(
  'src/core/rules.ts',
  'failuresByAccount: { max: 10, windowSeconds: 15 * minute },',
  'failuresByAccount: null,',
)

/** Lets HEAD run the handler of a GET that has effects. */
export const headRunsGet = replace(
  'src/http/app.ts',
  'if (!isSafe(route)) app.get(routingPath, rejectHead(allow))',
  '',
)

/** Removes `no-store` from responses whose handler does not set it. */
export const noStoreByHandlerOnly = replace(
  'src/http/middleware/security-headers.ts',
  "'cache-control': 'no-store',",
  '',
)

/**
 * Describes a replacement.
 * @param find occurs exactly once in the file
 */
export function replace(file: string, find: string, replacement: string): Mutation {
  return { file, find, replace: replacement }
}

/** Describes the removal of text that occurs exactly once in a file. */
export function remove(file: string, find: string): Mutation {
  return replace(file, find, '')
}
