/** Ends the name of the folder in which a file is written. Users see the path of the file instead. */
export const draftSuffix = '.partial'

/**
 * Describes a file system error for users.
 * @param path the path to show in the message, instead of the path in the error
 * @returns the message; undefined for an unknown error
 */
export function describeFsError(error: unknown, path?: string): string | undefined {
  const { path: errorPath } = (error ?? {}) as NodeJS.ErrnoException
  const named = path ?? errorPath?.replace(/\.partial(?:[\\/][^\\/]*)?$/, '')
  const found = problemOf(error)
  if (named === undefined || !found) return undefined
  const [reason, advice = ''] = found
  return `${named}: ${reason}.${advice}`
}

/**
 * Describes why a file system call failed, without a path, a full stop or advice.
 * @returns undefined for an unknown error
 */
export function describeFsReason(error: unknown): string | undefined {
  return problemOf(error)?.[0]
}

function problemOf(error: unknown): Problem | undefined {
  const { code = '', syscall } = (error ?? {}) as NodeJS.ErrnoException
  if (code === 'ENOENT' && syscall === 'mkdir') return ['cannot create a folder here', choosePath]
  if (code === 'EEXIST' && syscall !== 'mkdir') return ['the file already exists', choosePath]
  return problems[code]
}

/** A reason and an advice. */
type Problem = [string, string?]
const choosePath = ' Choose another path.'
const blocked: Problem = ['a file exists where a folder is needed', choosePath]
const forbidden: Problem = [
  'permission denied',
  ' Change the permissions of the file and its folder, or choose another path.',
]
const full: Problem = ['no space left on the device']

/** https://nodejs.org/api/errors.html#common-system-errors */
const problems: Record<string, Problem> = {
  ENOENT: ['no such file or folder', ' Check the path.'],
  EISDIR: ['a folder exists where a file is needed', choosePath],
  EEXIST: blocked,
  ENOTDIR: blocked,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: forbidden,
  ENOSPC: full,
  EDQUOT: full,
}
