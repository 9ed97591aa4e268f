import { readFile } from 'node:fs/promises'

/** The files to copy into a project. */
export const sourceFiles = ['auth.ts', 'main.ts'] as const
export type SourceFile = (typeof sourceFiles)[number]

/** The origin in the sources. */
export const sourceOrigin = 'http://localhost:4000'

/** Reads a file to copy into a project, with the URL of this hub. */
export async function readSource(variant: string, file: SourceFile, origin: string): Promise<string> {
  // Also in the built package, which has these two files of each API as TypeScript.
  const text = await readFile(new URL(`../../demo/${variant}/${file}`, import.meta.url), 'utf8')
  return text.replaceAll(sourceOrigin, origin)
}
