import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './process.ts'

interface Report {
  '2xx': number
  non2xx: number
  errors: number
  duration: number
}

/**
 * Sends POST requests over 20 connections from a separate process.
 * @throws {Error} if a response is not a 2xx
 */
export async function requestsPerSecond(
  url: string,
  request: { headers: Record<string, string>; body: string },
  { seconds }: { seconds: number },
): Promise<number> {
  const headers = Object.entries(request.headers).flatMap(([name, value]) => ['-H', `${name}=${value}`])
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'bench/node_modules/autocannon/autocannon.js'),
    ...['--json', '-c', '20', '-d', String(seconds), '-m', 'POST', ...headers, '-b', request.body, url],
  ])
  const report: Report = JSON.parse(stdout)
  if (report.non2xx > 0 || report.errors > 0) {
    throw new Error(
      `${url} failed under load: ${report.non2xx} error responses, ${report.errors} network errors`,
    )
  }
  return report['2xx'] / report.duration
}
