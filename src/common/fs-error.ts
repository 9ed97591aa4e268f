/**
 * Describes a file system error for users.
 * @param path the path to show in the message, instead of the path in the error
 * @returns the message; undefined for an unknown error
 */
export function describeFsError(error: unknown, path?: string): string | undefined {
  const { code, path: errorPath, syscall } = (error ?? {}) as NodeJS.ErrnoException
  const named = path ?? errorPath?.replace(/\.partial$/, '')
  if (named === undefined) return undefined
  if (code === 'ENOENT' && syscall === 'mkdir')
    return `${named}: cannot create a folder here. Choose another path.`
  return messages[code ?? '']?.(named)
}

type Message = (path: string) => string
const blocked: Message = (path) => `${path}: a file exists where a folder is needed. Choose another path.`
const forbidden: Message = (path) =>
  `${path}: permission denied. Change the permissions of the file and its folder, or choose another path.`
const full: Message = (path) => `${path}: no space left on the device.`

/** https://nodejs.org/api/errors.html#common-system-errors */
const messages: Record<string, Message> = {
  ENOENT: (path) => `${path}: no such file or folder. Check the path.`,
  EISDIR: (path) => `${path}: a folder exists where a file is needed. Choose another path.`,
  EEXIST: blocked,
  ENOTDIR: blocked,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: forbidden,
  ENOSPC: full,
  EDQUOT: full,
}
