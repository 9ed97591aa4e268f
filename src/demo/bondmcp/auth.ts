import { createBondmcpClient, storageTokens } from 'auth-contracts/client'

const baseUrl = 'http://localhost:4000/sandbox/bondmcp'

interface Credentials {
  email: string
  password: string
}

let askToSignIn: () => Promise<Credentials | undefined> = async () => undefined

/** Sends the token. The API has no refresh: after an hour, the user signs in again. */
export const bondmcp = createBondmcpClient({
  baseUrl,
  tokens: storageTokens(sessionStorage, 'bondmcp'),
  onExpired: () => askToSignIn(),
  onSignedOut: () => dispatchEvent(new Event('signed-out')),
})

/** Sets the function that asks for email and password when the session has expired. */
export function whenExpired(ask: () => Promise<Credentials | undefined>) {
  askToSignIn = ask
}

/** Creates an account. A mailed link activates it. */
export const signUp = (email: string, password: string, name: string) =>
  bondmcp.POST('/mcp/auth/register', { body: { email, password, name } })

/** Signs in with a password. */
export const signIn = (email: string, password: string) =>
  bondmcp.POST('/mcp/auth/login', { body: { email, password } })

/** Lists the models. If the session has expired, the client asks to sign in, and repeats the call. */
export const listModels = () => bondmcp.GET('/mcp/health-ai/models')

/** Discards the token. The API has no sign-out. */
export const signOut = () => bondmcp.tokens.clear()

/** Lists the API keys of the signed-in user. */
export const listKeys = () => bondmcp.GET('/mcp/auth/api-keys')

/** Generates a key. Only this response contains it. */
export const createKey = (name: string) =>
  bondmcp.POST('/mcp/auth/api-keys', { body: { name, permissions: ['read'] } })

/** Revokes a key. */
export const deleteKey = (id: string) =>
  bondmcp.DELETE('/mcp/auth/api-keys/{key_id}', { params: { path: { key_id: id } } })

/** Lists the models with an API key, as a program would. */
export const listModelsWithKey = (apiKey: string) =>
  createBondmcpClient({ baseUrl, apiKey }).GET('/mcp/health-ai/models')
