import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON lines, one an event. Every line passes `withoutSecrets`, so that neither a careless call nor the message of an
 * error from a library can publish one (ASVS 16.2.5). A request logs through `logger.child({ requestId })`.
 */
export function createLogger(
  level: LevelWithSilent = 'info',
  destination: DestinationStream = pino.destination({ sync: true }),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutSecrets },
    },
    destination,
  )
}

let lastInstant = 0
let lastTime = ''
/** Many lines belong to one millisecond. */
function isoTime(): string {
  const now = Date.now()
  if (now !== lastInstant) {
    lastInstant = now
    lastTime = `,"time":"${new Date(now).toISOString()}"`
  }
  return lastTime
}

/** Standard output for servers under load: lines are written in batches, at most 100 ms late. */
export function bufferedDestination(): DestinationStream {
  return pino.destination({ sync: false, minLength: 8_192, periodicFlush: 100 })
}

/** For commands, whose standard output is their result. */
export function stderrDestination(): DestinationStream {
  return pino.destination({ dest: 2, sync: true })
}

const hidden = '[hidden]'

/** Members whose value is a secret whatever it looks like. */
const secretName =
  /pass(word|phrase|wd)|secret|token|authorization|cookie|api-?_?key|credential|signature|verifier|mfa_?code|otp|sealed|challenge|private_?key/i

/** What gives a secret away in any text: a query, a credential with its scheme, the user part of an address, a long random word. */
const secretText = [
  /[?#][^\s"'<>]*=[^\s"'<>]*/g,
  /(?<=\b(?:bearer|basic) )[^\s"',]+/gi,
  /(?<=:\/\/)[^\s/@"']+(?=@)/g,
  /\$argon2[^\s"']*/g,
  /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*/g,
  /(?<![\w-])(?!(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|req_[0-9a-f]{32})(?![\w-]))(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{20,}/gi,
]

/** The ids that the server gives to requests, which are long random words, too. */
const ownId = /"requestId":"req_[0-9a-f]{32}"/

/** Of the line that every request gets, the path is all that somebody else has written. */
const harmlessPaths = new Set<string>()
function pathOfRequest(line: string): string | undefined {
  if (!line.endsWith('"msg":"request"}\n')) return undefined
  const start = line.indexOf('"path":"') + 8
  return start < 8 ? undefined : line.slice(start, line.indexOf('"', start))
}

/** One look for whatever any of these begins with. */
const suspicious = new RegExp(`${secretName.source}|[?#@$]|bearer |basic |eyJ|[\\w-]{20,}`, 'i')

/** @param line JSON @returns the same line, with what is or may be a secret replaced */
function withoutSecrets(line: string): string {
  const path = pathOfRequest(line)
  if (path !== undefined && harmlessPaths.has(path)) return line
  // Nearly all lines are harmless, and looking costs less than parsing.
  if (!suspicious.test(line.replace(ownId, ''))) {
    if (path !== undefined && harmlessPaths.size < 1_000) harmlessPaths.add(path)
    return line
  }
  const clean = (name: string, value: unknown) => {
    if (secretName.test(name) && value !== null && typeof value !== 'boolean') return hidden
    // Ids are there to be found again; the secrets that belong to them have other names.
    if (typeof value !== 'string' || /(?:^id|Id)$/.test(name)) return value
    return secretText.reduce((text, pattern) => text.replace(pattern, hidden), value)
  }
  return `${JSON.stringify(JSON.parse(line, clean))}\n`
}
