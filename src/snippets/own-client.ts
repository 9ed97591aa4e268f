import type { Call } from './call.ts'
import type { CallCredential } from './credentials.ts'
import { toTypeScript, toUpperCase, type Value } from './values.ts'

/**
 * Writes the lines that create a client for an API without one in this package, with the credentials of a
 * call.
 * @param name the variable of the client
 */
export function ownClient({ credentials }: Call, baseUrl: string, name: string): string {
  const isCookie = ({ cookie }: CallCredential) => cookie !== undefined
  const session = credentials.find((credential) => credential.purpose === 'session' && !isCookie(credential))
  const keys = credentials
    .filter((credential) => credential !== session && !isCookie(credential))
    .map(keyOption)
  const options = [
    `baseUrl: ${JSON.stringify(baseUrl)},`,
    ...(keys.length > 0 ? [`apiKey: ${keys.length > 1 ? `[${keys.join(', ')}]` : keys[0]},`] : []),
    ...(credentials.some(isCookie) ? ['credentials: "include", // sends the cookie of the session'] : []),
    ...(session ? ['session: {}, // see the options of sign-in and refresh'] : []),
  ]
  const lines = options.map((option) => `  ${option}\n`).join('')
  const created = `const ${name} = createAuthClient<paths>({\n${lines}});`
  if (!session) return created
  const token = toUpperCase(session.constant.name)
  return `${created}\n// A client that has signed in has the token already.\nawait ${name}.tokens.set({ accessToken: ${token} });`
}

function keyOption({ header, query }: CallCredential): string {
  const [name, value] = header ?? query ?? ['', '']
  return `{ ${header ? 'header' : 'query'}: ${JSON.stringify(name)}, value: ${write(value)} }`
}

const write = (value: Value) => toTypeScript(value, 0, toUpperCase)
