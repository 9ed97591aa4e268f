import type { Call } from './call.ts'
import type { Credential } from './credentials.ts'
import { toTypeScript, toUpperCase, type Value } from './values.ts'

/**
 * Writes the lines that create a client for an API without one in this package, with the credentials of a
 * call.
 * @param name the variable of the client
 */
export function ownClient({ credentials }: Call, baseUrl: string, name: string): string {
  const isCookie = ({ header }: Credential) => header?.[0] === 'Cookie'
  const session = credentials.find((credential) => credential.kind === 'session' && !isCookie(credential))
  const [key, ...others] = credentials.filter((credential) => credential !== session && !isCookie(credential))
  const options = [
    `baseUrl: ${JSON.stringify(baseUrl)},`,
    ...(key ? [`apiKey: ${keyOption(key)},`] : []),
    ...(others.length > 0 ? [`headers: ${headersOption(others)},`] : []),
    ...(credentials.some(isCookie) ? ['credentials: "include", // sends the cookie of the session'] : []),
    ...(session ? ['session: {}, // see the options of sign-in and refresh'] : []),
  ]
  const lines = options.map((option) => `  ${option}\n`).join('')
  const created = `const ${name} = createAuthClient<paths>({\n${lines}});`
  if (!session) return created
  const token = toUpperCase(session.constant.name)
  return `${created}\n// A client that has signed in has the token already.\nawait ${name}.tokens.set({ accessToken: ${token} });`
}

function keyOption({ header, query }: Credential): string {
  const [name, value] = header ?? query ?? ['', '']
  return `{ ${header ? 'header' : 'query'}: ${JSON.stringify(name)}, value: ${write(value)} }`
}

/** The client has one key. Further ones are headers. */
function headersOption(credentials: Credential[]): string {
  const pairs = credentials.flatMap(({ header }) =>
    header ? [`${JSON.stringify(header[0])}: ${write(header[1])}`] : [],
  )
  return `{ ${pairs.join(', ')} }`
}

const write = (value: Value) => toTypeScript(value, 0, toUpperCase)
