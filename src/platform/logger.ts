import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON lines, one an event. Every line passes `withoutSecrets`, so that neither a careless call nor the message of an
 * error from a library can publish one (ASVS 16.2.5). A request logs through `logger.child({ requestId })`.
 */
export const createLogger = (level: LevelWithSilent = 'info', destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutSecrets },
    },
    destination ?? pino.destination({ sync: true }),
  )

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
  /(?<![\w-])(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-]))(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{20,}/gi,
]

/** @param line JSON @returns the same line, with what is or may be a secret replaced */
export const withoutSecrets = (line: string): string => {
  // Nearly all lines are harmless, and looking costs less than parsing.
  if (!secretName.test(line) && !secretText.some((pattern) => line.search(pattern) >= 0)) return line
  const clean = (name: string, value: unknown) => {
    if (secretName.test(name) && value !== null && typeof value !== 'boolean') return hidden
    // Ids are there to be found again; the secrets that belong to them have other names.
    if (typeof value !== 'string' || /(?:^id|Id)$/.test(name)) return value
    return secretText.reduce((text, pattern) => text.replace(pattern, hidden), value)
  }
  return `${JSON.stringify(JSON.parse(line, clean))}\n`
}
