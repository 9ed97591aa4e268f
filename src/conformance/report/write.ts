import { statSync } from 'node:fs'
import { open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { describeFsError } from '../../common/fs-error.ts'
import { makeFolder } from '../../common/make-folder.ts'
import { UserError } from '../../common/user-error.ts'
import { ctrfReport } from './ctrf.ts'
import { harReport } from './har.ts'
import { htmlReport } from './html.ts'
import { jsonReport } from './json.ts'
import { junitReport } from './junit.ts'
import type { Report } from './summary.ts'

/** The formats of report files. */
export const formats = {
  junit: junitReport,
  json: jsonReport,
  ctrf: ctrfReport,
  html: htmlReport,
  har: harReport,
} satisfies Record<string, (report: Report) => string | Promise<string>>

export type Format = keyof typeof formats

/** The path of the file for each format. */
export type ReportFiles = Partial<Record<Format, string>>

/**
 * Makes sure that reports can be written, before a run that takes long.
 * @throws {UserError} if a path is not writable, or two reports have the same
 */
export async function checkWritable(files: ReportFiles): Promise<void> {
  const seen = new Map<string, string>()
  for (const [format, file] of Object.entries(files)) {
    const path = resolve(file)
    const other = seen.get(path)
    if (other)
      throw new UserError(`--${other} and --${format} name the same file ${file}. Change one of them.`)
    seen.set(path, format)
    await withReadableErrors(format, file, async () => {
      makeFolder(dirname(path))
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
        throw Object.assign(new Error('is a folder'), { code: 'EISDIR' })
      await (await open(draftOf(path), 'w')).close()
      await rm(draftOf(path))
    })
  }
}

/**
 * Writes the reports, each one atomically.
 * @throws {UserError} if a file cannot be written
 */
export async function writeReports(report: Report, files: ReportFiles): Promise<void> {
  for (const [format, file] of Object.entries(files)) {
    const path = resolve(file)
    const text = await formats[format as Format](report)
    await withReadableErrors(format, file, async () => {
      try {
        await writeFile(draftOf(path), text)
        await rename(draftOf(path), path)
      } catch (error) {
        await rm(draftOf(path), { force: true })
        throw error
      }
    })
  }
}

const draftOf = (path: string) => `${path}.partial`

async function withReadableErrors(format: string, file: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    const message = describeFsError(error, `--${format} ${file}`)
    throw message === undefined ? error : new UserError(message, { cause: error })
  }
}
