import { z } from 'zod'
import { zSettings } from '../../generated/_dev/schemas.ts'
import type { MailAddress } from '../adapters/mail-worker.ts'
import { canonicalEmail } from '../core/emails.ts'
import { isHostPattern } from './hosts.ts'
import { parseNetwork } from './networks.ts'
import { findUnknownField } from './operator-settings.ts'
import { isAppOrigin } from './origins.ts'
import { looksRandom } from './secrets.ts'

/** An environment variable. README.md documents its description and default; a test compares them. */
export interface Variable {
  description: string
  /** In Markdown. */
  default: string
  /** Completes the error messages `PUBLIC_URL must be …` and `Set it to …`. Absent if any text is valid. */
  form?: string
  /** Parses the text, which is never empty. A custom message of the schema replaces the one with `form`. */
  schema: z.ZodType<unknown, string>
}

const text = z.string()

/** An http(s) URL without credentials, which hide the host. Trailing slashes are removed. */
const httpUrl = z
  .url()
  .regex(/^https?:\/\/[^/?#\s@\\]+(?:\/[^?#\s]*)?$/)
  .transform((url) => url.replace(/\/+$/, ''))

function wholeNumber(min: number, max: number) {
  return z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(min).max(max))
}

function listOf<Entry extends z.ZodType<unknown, string>>(entry: Entry) {
  return z
    .string()
    .transform((list) => list.split(',').map((part) => part.trim()))
    .pipe(z.array(entry))
}

/** Rejects networks that contain every IP address: any client could forge its own. */
function isNetwork(text: string): boolean {
  const [, prefix] = parseNetwork(text) ?? []
  return prefix !== undefined && prefix > 0
}

const sender = z.string().transform((text, { addIssue }): MailAddress => {
  const [, name = '', angled] = /^(?:"?([^"<>]*?)"?\s*<([^<>]+)>|.*)$/.exec(text) ?? []
  const email = canonicalEmail(angled ?? text)
  if (email !== undefined) return { name: name || (email.split('@')[1] ?? ''), address: email }
  addIssue({ code: 'custom' })
  return z.NEVER
})

/** Without the states of OAuth providers, which only a sandbox can simulate. */
const zOperatorSettings = zSettings.omit({ providers: true, latency: true })

const operatorSettings = z.string().transform((text, { addIssue }): z.output<typeof zOperatorSettings> => {
  const sent = parseJson(text)
  const { data } = zOperatorSettings.safeParse(sent)
  if (data === undefined) {
    addIssue({ code: 'custom' })
    return z.NEVER
  }
  // The schema drops unknown fields silently.
  const unknown = findUnknownField(sent, data)
  if (unknown === undefined) return data
  addIssue({ code: 'custom', message: `SETTINGS: unknown setting ${unknown}.` })
  return z.NEVER
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const none = 'none'
const generatedSecret = 'generated at the first start and stored next to the database; required in production'
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof levels)[number]

/** All environment variables of a server. */
export const variables = {
  NODE_ENV: {
    description:
      '`production` enables production mode, like `--production`. Any other value is development mode.',
    default: 'development',
    schema: text,
  },
  DATABASE: {
    description: 'The SQLite database file. Created if missing, readable only by its owner.',
    default: '`<variant>.db` in the folder of `--data`',
    schema: text,
  },
  DATABASE_URL: {
    description:
      'A PostgreSQL database to use instead of a file. Each API has its own schema. Any number of servers can share it.',
    default: none,
    form: 'a URL such as postgres://user:password@host:5432/database',
    schema: z.url().regex(/^postgres(?:ql)?:\/\/[^\s/]+\/[^\s/]+/),
  },
  DATABASE_CONNECTIONS: {
    description: 'The maximum number of connections to PostgreSQL per process.',
    default: '`10`',
    form: 'a whole number from 1 to 1000',
    schema: wholeNumber(1, 1000),
  },
  PORT: {
    description:
      'The port to listen on, unless `--port` is given. Without both, a development server takes the next free port if its own is in use.',
    default: '`4020`; `4000` for `start`, `4010` for `mock`',
    form: 'a whole number from 0 to 65535',
    schema: wholeNumber(0, 65_535),
  },
  PUBLIC_URL: {
    description: "The base URL of the contract's paths, as clients see it.",
    default: 'the URL it listens on; required in production',
    form: 'a URL without a query, such as https://auth.example.com',
    schema: httpUrl,
  },
  WEB_URL: {
    description:
      'The URL of the frontend. Mailed links and redirects go there, and its origin is trusted. If set, an OAuth callback that can respond with JSON redirects there instead.',
    default: '`http://localhost:3000`; required in production',
    form: 'a URL without a query, such as https://app.example.com',
    schema: httpUrl,
  },
  CORS_ORIGINS: {
    description:
      'URLs of further trusted frontends, separated by commas. CORS, redirects and passkeys work from their origins. Mobile apps have origins such as `capacitor://localhost` or, for passkeys, `android:apk-key-hash:...`. Development mode also trusts every page on this machine.',
    default: none,
    form: 'URLs or app origins separated by commas, such as https://admin.example.com,capacitor://localhost',
    schema: listOf(z.union([httpUrl, z.string().refine(isAppOrigin)])),
  },
  ALLOWED_HOSTS: {
    description:
      'Further host names that reach a development server or mock, separated by commas, such as the name of a container, or `*.tunnel.example`. Other names are rejected, to prevent DNS rebinding. Like `--allow-host`. Production mode does not check host names.',
    default: 'none: localhost, the host of `PUBLIC_URL` and that of `--host`',
    form: 'host names separated by commas, such as auth,*.tunnel.example',
    schema: listOf(z.string().refine(isHostPattern)),
  },
  SECRETS: {
    description:
      'At least 32 random bytes in base64 or hex, to sign tokens and encrypt queued mails. Several secrets are separated by commas: the first one is used for new values, and all of them are accepted.',
    default: generatedSecret,
    form: 'at least 32 random bytes in base64 or hex, such as the output of `openssl rand -base64 32`',
    schema: listOf(z.string().refine(looksRandom)),
  },
  SMTP_URL: {
    description: 'The mail server: `smtps://user:password@host:465`, or `smtp://...:587` for STARTTLS.',
    default: 'none: mails are only in the inbox of the development controls; required in production',
    form: 'a URL such as smtps://user:password@mail.example.com',
    schema: z.url().regex(/^smtps?:\/\/[^\s/]+/),
  },
  MAIL_FROM: {
    description: 'The sender of mails.',
    default: 'the title of the API and `no-reply@localhost`; required in production',
    form: 'an email address, with or without a name, such as Example <no-reply@example.com>',
    schema: sender,
  },
  GOOGLE_CLIENT_ID: {
    description: 'The client id at Google. Enables signing in with Google.',
    default: 'none: simulated in development mode',
    schema: text,
  },
  GOOGLE_CLIENT_SECRET: { description: 'The client secret at Google.', default: none, schema: text },
  GITHUB_CLIENT_ID: {
    description: 'The client id at GitHub. Enables signing in with GitHub.',
    default: 'none: simulated in development mode',
    schema: text,
  },
  GITHUB_CLIENT_SECRET: { description: 'The client secret at GitHub.', default: none, schema: text },
  TWITTER_CLIENT_ID: {
    description: 'The client id at X (Twitter). Enables signing in with X.',
    default: 'none: simulated in development mode',
    schema: text,
  },
  TWITTER_CLIENT_SECRET: { description: 'The client secret at X (Twitter).', default: none, schema: text },
  S3_BUCKET_URL: {
    description: 'The URL of a bucket for uploads, in any S3-compatible storage.',
    default: 'none: uploads are stored in a folder next to the database',
    form: 'a URL such as https://s3.example.com/avatars',
    schema: httpUrl,
  },
  S3_REGION: { description: 'The region of the bucket.', default: '`us-east-1`', schema: text },
  S3_ACCESS_KEY_ID: { description: 'The access key for the bucket.', default: none, schema: text },
  S3_SECRET_ACCESS_KEY: { description: 'The secret of the access key.', default: none, schema: text },
  S3_PUBLIC_URL: {
    description: 'The public URL of the bucket, for links to avatars.',
    default: 'the value of `S3_BUCKET_URL`',
    form: 'a URL such as https://cdn.example.com',
    schema: httpUrl,
  },
  TRUSTED_PROXIES: {
    description:
      'IP addresses or networks of proxies whose `X-Forwarded-For` is trusted, separated by commas.',
    default: 'none: the IP address of a client is that of its connection',
    form: 'IP addresses or networks separated by commas, such as 10.0.0.0/8',
    schema: listOf(z.string().refine(isNetwork)),
  },
  SETTINGS: {
    description:
      'Operator settings as a JSON object with the fields of the development control `POST /__dev/settings`, except `providers`: `passwords`, `limits`, `registration`, `guests`, `passkeys` and others. Each API supports some of them.',
    default: 'the defaults of the API',
    form: 'a JSON object such as {"registration":"inviteOnly","passwords":{"minLength":12}}, with fields of the schema Settings in openapi/_dev',
    schema: operatorSettings,
  },
  METRICS_PORT: {
    description: 'The port of Prometheus metrics at `/metrics`, which listens on loopback only.',
    default: none,
    form: 'a whole number from 1 to 65535',
    schema: wholeNumber(1, 65_535),
  },
  DRAIN_SECONDS: {
    description:
      'How many seconds the server accepts requests after SIGTERM while `/readyz` responds with 503, so that load balancers notice.',
    default: '`1`',
    form: 'a whole number of seconds from 0 to 60',
    schema: wholeNumber(0, 60),
  },
  LOG_LEVEL: {
    description: `The minimum level of log lines: ${levels.slice(0, -1).join(', ')}; or silent.`,
    default: '`info`',
    form: `one of ${levels.join(', ')}`,
    schema: z.enum(levels),
  },
  UV_THREADPOOL_SIZE: {
    description:
      'The number of threads in the pool of the process. All but one can hash passwords at the same time.',
    default: '`4`',
    form: 'a whole number from 2 to 1024',
    schema: wholeNumber(2, 1024),
  },
} satisfies Record<string, Variable>

export type Name = keyof typeof variables
export type Values = { [N in Name]?: z.output<(typeof variables)[N]['schema']> }
export type Environment = Readonly<Record<string, string | undefined>>
