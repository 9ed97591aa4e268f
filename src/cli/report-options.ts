import type { Command } from 'commander'
import type { Format, ReportFiles } from '../conformance/report/write.ts'

/** The paths of report files, by format. */
export type ReportOptions = Partial<Record<Format, string>>

/** Adds an option for each format of report files. */
export function withReportOptions(command: Command): Command {
  return command
    .option('--junit <file>', 'write a JUnit XML report')
    .option('--json <file>', 'write a JSON report')
    .option('--ctrf <file>', 'write a report in the Common Test Report Format')
    .option('--html <file>', 'write a report as a web page')
    .option('--har <file>', 'write all requests and responses as HTTP Archive')
}

/**
 * Reads the paths of report files, and makes sure that they can be written.
 * @throws {UserError} if a path is not writable
 */
export async function readReportFiles(options: ReportOptions): Promise<ReportFiles> {
  const { checkWritable, formats } = await import('../conformance/report/write.ts')
  const files = Object.fromEntries(
    (Object.keys(formats) as Format[]).flatMap((format) =>
      options[format] === undefined ? [] : [[format, options[format]]],
    ),
  )
  await checkWritable(files)
  return files
}
