import { readdir, readFile } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'

/** Contents of files, by path below the root of the repository. */
export type FileContents = Map<string, string>

const folder = join(import.meta.dirname, 'templates')

/** Returns the path of a template. */
export const templateFile = (path: string): string => join(folder, path)

/**
 * Reads all files of a folder of templates. Replaces `__word__` in paths and contents by a value of `words`.
 * Removes the extension `.template`, which hides files that import generated code from the compiler.
 * @param target where the files belong
 */
export async function readTemplates(
  name: string,
  target: string,
  words: Record<string, string>,
): Promise<FileContents> {
  const fill = (text: string) => text.replace(/__([a-z]+)__/g, (all, word: string) => words[word] ?? all)
  const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true })
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry): Promise<[string, string]> => {
        const file = join(entry.parentPath, entry.name)
        const path = relative(join(folder, name), file).split(sep).join('/')
        return [posix.join(target, fill(path.replace(/\.template$/, ''))), fill(await readFile(file, 'utf8'))]
      }),
  )
  return new Map(files)
}
