import type { Verdict } from './violations.ts'

/** What stands on the console about a refused request: which one, every reason, and where there is help. */
export function explain(method: string, path: string, status: number, { violations }: Verdict): string {
  const lines = [
    `${method} ${path} answered ${status}: the request violates the contract.`,
    ...violations.map(({ location, message }) => `  ${location.join('.')}: ${message}`),
    '  Help: "When the mock refuses a request" in README.md',
  ]
  // A caller's text reaches the terminal here, so control characters stay outside.
  return lines.map((line) => line.replace(/\p{Cc}/gu, ' ')).join('\n')
}

/** The violations as a header value: a JSON array in ASCII, with as many of them as fit. */
export function violationsHeader({ violations }: Verdict): string {
  const fitting: string[] = []
  for (const text of violations.map(asciiJson)) {
    if ([...fitting, text].join().length > MAX_HEADER) break
    fitting.push(text)
  }
  return `[${fitting.join()}]`
}

/** Clients and proxies commonly stop at 8 KiB for all headers together. */
const MAX_HEADER = 4096

const asciiJson = (value: unknown) =>
  JSON.stringify(value).replace(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
