import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The texts of all output files, by path in the output folder (with `/` as separator). */
export type Files = Map<string, string>

/** Makes a directory contain exactly these files, and removes all others. */
export async function writeOutput(files: Files, directory: string): Promise<void> {
  await writeFiles(files, directory)
  await removeStaleFiles(files, directory)
}

/**
 * Writes files. Changed files are staged and renamed, so that no reader sees a partial file. All others are
 * not touched.
 */
export async function writeFiles(files: Files, directory: string): Promise<void> {
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

/** Reads all files below a folder of a directory; none if it does not exist. */
export async function readFiles(directory: string, folder: string): Promise<[path: string, text: string][]> {
  const names = await readdir(join(directory, folder)).catch(() => [])
  return Promise.all(
    names.map(
      async (name): Promise<[string, string]> => [
        `${folder}/${name}`,
        await readFile(join(directory, folder, name), 'utf8'),
      ],
    ),
  )
}
