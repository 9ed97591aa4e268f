import type { Rejection } from './violations.ts'

/** Describes a rejected request for the console: which one, every violation, and where to find help. */
export function describeViolations(
  method: string,
  path: string,
  status: number,
  { violations }: Rejection,
): string {
  const lines = [
    `${method} ${path} answered ${status}: the request violates the contract.`,
    ...violations.map(({ location, message }) => `  ${location.join('.')}: ${message}`),
    '  Help: "When the mock rejects a request" in README.md',
  ]
  // The text of a caller reaches the terminal here, so control characters are removed.
  return lines.map((line) => line.replace(/\p{Cc}/gu, ' ')).join('\n')
}

/** The violations as a header value: a JSON array in ASCII, cut to as many of them as fit. */
export function violationsHeader({ violations }: Rejection): string {
  const fitting: string[] = []
  for (const text of violations.map(asciiJson)) {
    if ([...fitting, text].join().length > maxHeaderBytes) break
    fitting.push(text)
  }
  return `[${fitting.join()}]`
}

/** Clients and proxies commonly allow 8 KiB for all headers together. */
const maxHeaderBytes = 4096

function asciiJson(value: unknown) {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
