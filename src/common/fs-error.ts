/**
 * Says in a sentence what the file system refused.
 * @param path the file that the user named, where the error does not name it or names a draft beside it
 * @returns undefined for any other error
 */
export function describeFsError(error: unknown, path?: string): string | undefined {
  const { code, path: refused, syscall } = (error ?? {}) as NodeJS.ErrnoException
  const named = path ?? refused?.replace(/\.partial$/, '')
  if (named === undefined) return undefined
  if (code === 'ENOENT' && syscall === 'mkdir')
    return `${named}: no folder can be created here. Choose another place.`
  return sentences[code ?? '']?.(named)
}

type Sentence = (path: string) => string
const blocked: Sentence = (path) => `${path}: a file stands where a folder is needed. Choose another place.`
const forbidden: Sentence = (path) =>
  `${path}: the rights of this file or its folder forbid it. Change them, or choose another place.`
const full: Sentence = (path) => `${path}: there is no space left on the device.`

/** https://nodejs.org/api/errors.html#common-system-errors */
const sentences: Record<string, Sentence> = {
  ENOENT: (path) => `${path}: there is no such file or folder. Check its name.`,
  EISDIR: (path) => `${path}: a folder stands where a file is needed. Choose another place.`,
  EEXIST: blocked,
  ENOTDIR: blocked,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: forbidden,
  ENOSPC: full,
  EDQUOT: full,
}
