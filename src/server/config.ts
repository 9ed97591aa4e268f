import { join } from 'node:path'
import { UserError } from '../common/user-error.ts'
import { redactUrl } from '../storage/postgres/redact-url.ts'
import { isLoopback } from './hosts.ts'
import type { AuthServerSettings, Settings } from './settings.ts'
import {
  type Environment,
  type LogLevel,
  type Name,
  type Values,
  type Variable,
  variables,
} from './variables.ts'

/** The command line options that affect the configuration. */
export interface Flags {
  variant: string
  production?: boolean
  /** The folder for the database, uploads and secrets. Null keeps everything in memory. */
  data: string | null
  /** Host names of `--allow-host`. Added to `ALLOWED_HOSTS`. */
  allowHost?: readonly string[]
  /** The URL of a PostgreSQL database. Overrides `DATABASE_URL`. */
  database?: string
  /** Whether the process runs several development servers, which cannot share a database or a public URL. */
  isOneOfSeveral?: boolean
}

/** The settings of a process and its server, apart from host and port. */
export type Config = DevelopmentConfig | ProductionConfig

export interface DevelopmentConfig extends ProcessConfig {
  mode: 'development'
  settings: Settings & { store: string; secretFile?: string }
}

export interface ProductionConfig extends ProcessConfig {
  mode: 'production'
  settings: AuthServerSettings
}

interface ProcessConfig {
  /** The location of the data for logs, without passwords. */
  location: string
  logLevel: LogLevel
  threads: number
  /** Null disables metrics. */
  metricsPort: number | null
  /** Milliseconds that a stopping server keeps accepting requests while `/readyz` responds with 503. */
  drainMs: number
}

/**
 * Reads the configuration from the environment and the command line. No other code reads the environment.
 * @throws {UserError} with one line per problem
 */
export function readConfig(
  { variant, production = false, data, database, allowHost = [], isOneOfSeveral = false }: Flags,
  env: Environment = process.env,
): Config {
  const overridden = database === undefined ? env : { ...env, DATABASE_URL: database }
  const { values, invalid } = readVariables(
    isOneOfSeveral ? { ...env, ...singleServerVariables } : overridden,
  )
  const isProduction = production || values.NODE_ENV === 'production'
  const problems = [...Object.values(invalid), ...incompletePairs(values)]
  if (isProduction) problems.push(...productionProblems(values, data, invalid))
  if (problems.length > 0) throw new UserError(problems.join('\n'))
  const { PUBLIC_URL, WEB_URL, CORS_ORIGINS, SECRETS, SMTP_URL, MAIL_FROM, TRUSTED_PROXIES } = values
  const allowedHosts = [...(values.ALLOWED_HOSTS ?? []), ...allowHost]
  const file = values.DATABASE ?? join(data ?? '', `${variant}.db`)
  const store = values.DATABASE_URL ?? (data === null ? ':memory:' : file)
  const files = toS3Settings(values) ?? (data === null ? undefined : `${file}-uploads`)
  const settings: Settings & { store: string } = {
    store,
    ...(values.DATABASE_CONNECTIONS !== undefined && { connections: values.DATABASE_CONNECTIONS }),
    ...(PUBLIC_URL !== undefined && { publicUrl: PUBLIC_URL }),
    ...(WEB_URL !== undefined && { webUrl: WEB_URL }),
    ...(CORS_ORIGINS !== undefined && { origins: CORS_ORIGINS }),
    ...(allowedHosts.length > 0 && { allowedHosts }),
    ...(SECRETS !== undefined && { secrets: SECRETS }),
    mail: {
      ...(SMTP_URL !== undefined && { smtpUrl: SMTP_URL }),
      ...(MAIL_FROM !== undefined && { sender: MAIL_FROM }),
    },
    oauth: {
      google: toCredentials(values.GOOGLE_CLIENT_ID, values.GOOGLE_CLIENT_SECRET),
      github: toCredentials(values.GITHUB_CLIENT_ID, values.GITHUB_CLIENT_SECRET),
      twitter: toCredentials(values.TWITTER_CLIENT_ID, values.TWITTER_CLIENT_SECRET),
    },
    ...(files !== undefined && { files }),
    ...(TRUSTED_PROXIES !== undefined && { trustedProxies: TRUSTED_PROXIES }),
    ...(values.SETTINGS !== undefined && { operator: values.SETTINGS }),
  }
  const processConfig: ProcessConfig = {
    location: store === ':memory:' ? 'memory' : values.DATABASE_URL ? redactUrl(store) : store,
    logLevel: values.LOG_LEVEL ?? 'info',
    threads: values.UV_THREADPOOL_SIZE ?? 4,
    metricsPort: values.METRICS_PORT ?? null,
    drainMs: (values.DRAIN_SECONDS ?? 1) * 1_000,
  }
  // `productionProblems` has checked the required settings.
  if (isProduction) return { mode: 'production', settings: settings as AuthServerSettings, ...processConfig }
  const storesSecretInFile = values.DATABASE_URL !== undefined && data !== null
  return {
    mode: 'development',
    settings: { ...settings, ...(storesSecretInFile && { secretFile: `${file}-secret` }) },
    ...processConfig,
  }
}

const singleServerVariables = {
  NODE_ENV: undefined,
  DATABASE: undefined,
  DATABASE_URL: undefined,
  PUBLIC_URL: undefined,
  METRICS_PORT: undefined,
  SETTINGS: undefined,
  PORT: undefined,
}

/**
 * Returns the port of the environment; undefined if it names none.
 * @throws {UserError} if `PORT` is invalid
 */
export function readPort({ PORT }: Environment = process.env): number | undefined {
  const { values, invalid } = readVariables({ PORT })
  if (invalid.PORT !== undefined) throw new UserError(invalid.PORT)
  return values.PORT
}

/**
 * Returns the host names that a server without further settings accepts, such as a mock.
 * @param allowHost host names of `--allow-host`
 * @throws {UserError} if `ALLOWED_HOSTS` is invalid
 */
export function readAllowedHosts(
  allowHost: readonly string[],
  { ALLOWED_HOSTS }: Environment = process.env,
): string[] {
  const { values, invalid } = readVariables({ ALLOWED_HOSTS })
  if (invalid.ALLOWED_HOSTS !== undefined) throw new UserError(invalid.ALLOWED_HOSTS)
  return [...(values.ALLOWED_HOSTS ?? []), ...allowHost]
}

/**
 * Parses all environment variables.
 * @returns the values, and an error message per invalid variable
 */
function readVariables(env: Environment): { values: Values; invalid: Partial<Record<Name, string>> } {
  const values: Record<string, unknown> = {}
  const invalid: Partial<Record<Name, string>> = {}
  for (const [name, { form, schema }] of Object.entries(variables) as [Name, Variable][]) {
    const text = env[name]?.trim() ?? ''
    if (text === '') continue
    // The message never repeats the value, which may be a secret.
    const { data, error } = schema.safeParse(text, { error: () => `${name} must be ${form}.` })
    if (error) invalid[name] = error.issues[0]?.message ?? ''
    else values[name] = data
  }
  return { values, invalid }
}

/**
 * Returns the problems that only matter in production mode.
 * @param invalid variables that are already reported as invalid, and not reported as missing again
 */
function productionProblems(
  values: Values,
  data: string | null,
  invalid: Partial<Record<Name, string>>,
): string[] {
  const missing = (['SECRETS', 'PUBLIC_URL', 'WEB_URL', 'SMTP_URL', 'MAIL_FROM'] as const)
    .filter((name) => values[name] === undefined && invalid[name] === undefined)
    .map((name) => `${name} is required in production mode. Set it to ${variables[name].form}.`)
  const insecure = (['PUBLIC_URL', 'WEB_URL', 'CORS_ORIGINS'] as const)
    .filter((name) => [values[name] ?? []].flat().some((url) => !isTrustworthy(url)))
    .map((name) => `${name} must use https in production mode. Only localhost may use http.`)
  const isInMemory = data === null && values.DATABASE_URL === undefined
  const ephemeral = isInMemory ? ['Production mode cannot keep its data in memory. Remove --memory.'] : []
  return [...ephemeral, ...missing, ...insecure]
}

/**
 * Returns whether a URL is potentially trustworthy: https, localhost or an app (Secure Contexts, section
 * 3.1).
 */
function isTrustworthy(url: string) {
  const { protocol, hostname } = new URL(url)
  return protocol !== 'http:' || isLoopback(hostname)
}

const variablePairs: [Name, Name][] = [
  ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
  ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
  ['TWITTER_CLIENT_ID', 'TWITTER_CLIENT_SECRET'],
  ['S3_BUCKET_URL', 'S3_ACCESS_KEY_ID'],
  ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
]

/** Returns an error message for each pair of which only one variable is set. */
function incompletePairs(values: Values): string[] {
  return variablePairs.flatMap(([one, other]) => {
    const [present, missing] = values[one] === undefined ? [other, one] : [one, other]
    return values[present] !== undefined && values[missing] === undefined
      ? [`${present} is set without ${missing}. Set both or neither.`]
      : []
  })
}

function toCredentials(clientId?: string, clientSecret?: string) {
  return clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : undefined
}

function toS3Settings(values: Values) {
  const {
    S3_BUCKET_URL,
    S3_REGION = 'us-east-1',
    S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY,
    S3_PUBLIC_URL,
  } = values
  if (S3_BUCKET_URL === undefined || S3_ACCESS_KEY_ID === undefined || S3_SECRET_ACCESS_KEY === undefined)
    return undefined
  return {
    bucketUrl: S3_BUCKET_URL,
    region: S3_REGION,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    publicUrl: S3_PUBLIC_URL,
  }
}
