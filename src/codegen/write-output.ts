import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The texts of all output files, by path in the output folder (with `/` as separator). */
export type Files = Map<string, string>

/**
 * Makes a directory contain exactly these files. Changed files are staged and renamed, so that no reader sees
 * a partial file. Unchanged files are not touched, and all others are removed.
 */
export async function writeOutput(files: Files, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const staging = await mkdtemp(join(directory, '.staging-'))
  try {
    const changed = await changedFiles(files, directory)
    for (const [index, [, text]] of changed.entries()) await writeFile(join(staging, String(index)), text)
    for (const [index, [path]] of changed.entries()) {
      const target = join(directory, path)
      await mkdir(dirname(target), { recursive: true })
      await rename(join(staging, String(index)), target)
    }
  } finally {
    await rm(staging, { recursive: true })
  }
  await removeStaleFiles(files, directory)
}

async function changedFiles(files: Files, directory: string): Promise<[path: string, text: string][]> {
  const present = await Promise.all(
    [...files.keys()].map((path) => readFile(join(directory, path), 'utf8').catch(() => undefined)),
  )
  return [...files].filter(([, text], index) => text !== present[index])
}

async function removeStaleFiles(files: Files, directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const keep = new Set([...files.keys()].map((path) => join(directory, path)))
  const found = entries.map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
  for (const { entry, path } of found) {
    if (!entry.isDirectory() && !keep.has(path)) await rm(path)
  }
  const folders = found.filter(({ entry }) => entry.isDirectory()).map(({ path }) => path)
  const needed = new Set([...keep].map((path) => dirname(path)))
  for (const path of folders.sort().reverse()) {
    if (!needed.has(path) && (await readdir(path)).length === 0) await rmdir(path)
  }
}
