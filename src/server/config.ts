import { join } from 'node:path'
import { UserError } from '../common/user-error.ts'
import { redactUrl } from '../storage/postgres/redact-url.ts'
import type { AuthServerSettings, Settings } from './settings.ts'
import {
  type Environment,
  type LogLevel,
  type Name,
  type Values,
  type Variable,
  variables,
} from './variables.ts'

/** The options of the command line. */
export interface Flags {
  variant: string
  production?: boolean
  /** A folder for database, uploads and secrets; null keeps everything in memory. */
  data: string | null
  /** The address of a PostgreSQL database. */
  database?: string
  /** One of several development servers in a process: these can share neither a database nor a URL. */
  isOneOfSeveral?: boolean
}

/** The settings of a process and of its server, except for the address that it listens on. */
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
  /** Where the data is kept, without passwords. */
  location: string
  logLevel: LogLevel
  threads: number
  /** Null turns metrics off. */
  metricsPort: number | null
  /** How long a stopping server still answers, so that load balancers can notice; milliseconds. */
  noticeMs: number
}

/**
 * Turns environment and command line into a configuration. Nothing else reads the environment.
 * @throws {UserError} with one sentence for each problem
 */
export function readConfig(
  { variant, production = false, data, database, isOneOfSeveral = false }: Flags,
  env: Environment = process.env,
): Config {
  const overridden = database === undefined ? env : { ...env, DATABASE_URL: database }
  const { values, wrong } = readVariables(isOneOfSeveral ? { ...env, ...ofOneServer } : overridden)
  const isProduction = production || values.NODE_ENV === 'production'
  const problems = [...Object.values(wrong), ...incomplete(values)]
  if (isProduction) problems.push(...missingForProduction(values, data, wrong))
  if (problems.length > 0) throw new UserError(problems.join('\n'))
  const { PUBLIC_URL, WEB_URL, CORS_ORIGINS, SECRETS, SMTP_URL, MAIL_FROM, TRUSTED_PROXIES } = values
  const file = values.DATABASE ?? join(data ?? '', `${variant}.db`)
  const store = values.DATABASE_URL ?? (data === null ? ':memory:' : file)
  const files = s3Of(values) ?? (data === null ? undefined : `${file}-uploads`)
  const settings: Settings & { store: string } = {
    store,
    ...(values.DATABASE_CONNECTIONS !== undefined && { connections: values.DATABASE_CONNECTIONS }),
    ...(PUBLIC_URL !== undefined && { publicUrl: PUBLIC_URL }),
    ...(WEB_URL !== undefined && { webUrl: WEB_URL }),
    ...(CORS_ORIGINS !== undefined && { origins: CORS_ORIGINS }),
    ...(SECRETS !== undefined && { secrets: SECRETS }),
    mail: {
      ...(SMTP_URL !== undefined && { smtpUrl: SMTP_URL }),
      ...(MAIL_FROM !== undefined && { sender: MAIL_FROM }),
    },
    oauth: {
      google: credentialsOf(values.GOOGLE_CLIENT_ID, values.GOOGLE_CLIENT_SECRET),
      github: credentialsOf(values.GITHUB_CLIENT_ID, values.GITHUB_CLIENT_SECRET),
      twitter: credentialsOf(values.TWITTER_CLIENT_ID, values.TWITTER_CLIENT_SECRET),
    },
    ...(files !== undefined && { files }),
    ...(TRUSTED_PROXIES !== undefined && { trustedProxies: TRUSTED_PROXIES }),
    ...(values.SETTINGS !== undefined && { operator: values.SETTINGS }),
  }
  const own: ProcessConfig = {
    location: store === ':memory:' ? 'memory' : values.DATABASE_URL ? redactUrl(store) : store,
    logLevel: values.LOG_LEVEL ?? 'info',
    threads: values.UV_THREADPOOL_SIZE ?? 4,
    metricsPort: values.METRICS_PORT ?? null,
    noticeMs: (values.DRAIN_SECONDS ?? 1) * 1_000,
  }
  // Whatever production needs has been found.
  if (isProduction) return { mode: 'production', settings: settings as AuthServerSettings, ...own }
  const keepsSecret = values.DATABASE_URL !== undefined && data !== null
  return {
    mode: 'development',
    settings: { ...settings, ...(keepsSecret && { secretFile: `${file}-secret` }) },
    ...own,
  }
}

const ofOneServer = {
  NODE_ENV: undefined,
  DATABASE: undefined,
  DATABASE_URL: undefined,
  PUBLIC_URL: undefined,
  METRICS_PORT: undefined,
  SETTINGS: undefined,
}

/** @returns the values, and a sentence for each variable whose value is wrong */
function readVariables(env: Environment): { values: Values; wrong: Partial<Record<Name, string>> } {
  const values: Record<string, unknown> = {}
  const wrong: Partial<Record<Name, string>> = {}
  for (const [name, { form, schema }] of Object.entries(variables) as [Name, Variable][]) {
    const text = env[name]?.trim() ?? ''
    if (text === '') continue
    // The message never repeats the value, which may be a secret.
    const { data, error } = schema.safeParse(text, { error: () => `${name} must be ${form}.` })
    if (error) wrong[name] = error.issues[0]?.message ?? ''
    else values[name] = data
  }
  return { values, wrong }
}

/** @param wrong variables that are reported already, and so are not missing as well */
function missingForProduction(
  values: Values,
  data: string | null,
  wrong: Partial<Record<Name, string>>,
): string[] {
  const needed = (['SECRETS', 'PUBLIC_URL', 'WEB_URL', 'SMTP_URL', 'MAIL_FROM'] as const)
    .filter((name) => values[name] === undefined && wrong[name] === undefined)
    .map((name) => `${name} is missing, which production mode needs: ${variables[name].form}.`)
  const open = (['PUBLIC_URL', 'WEB_URL', 'CORS_ORIGINS'] as const)
    .filter((name) => [values[name] ?? []].flat().some((url) => !isTrustworthy(url)))
    .map((name) => `${name} must begin with https:// in production mode, unless it is this machine.`)
  const isGone = data === null && values.DATABASE_URL === undefined
  const kept = isGone ? ['Production mode needs a database that stays: leave --memory out.'] : []
  return [...kept, ...needed, ...open]
}

/** Whether a URL is potentially trustworthy (Secure Contexts, section 3.1). */
function isTrustworthy(url: string) {
  return /^(?:https:|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$))/.test(url)
}

const belongTogether: [Name, Name][] = [
  ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
  ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
  ['TWITTER_CLIENT_ID', 'TWITTER_CLIENT_SECRET'],
  ['S3_BUCKET_URL', 'S3_ACCESS_KEY_ID'],
  ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
]

/** Reports each half of a pair whose other half is missing. */
function incomplete(values: Values): string[] {
  return belongTogether.flatMap(([one, other]) => {
    const [present, missing] = values[one] === undefined ? [other, one] : [one, other]
    return values[present] !== undefined && values[missing] === undefined
      ? [`${missing} is missing, which ${present} needs. Set both or neither.`]
      : []
  })
}

function credentialsOf(clientId?: string, clientSecret?: string) {
  return clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : undefined
}

function s3Of(values: Values) {
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
