import type { AuthClientOptions } from './auth-client.ts'

/**
 * Checks what types cannot, such as an empty environment variable, and what callers without TypeScript can
 * get wrong.
 * @throws {TypeError} that names the option and what it must be
 */
export function checkOptions(options: AuthClientOptions<string>): void {
  const problem = connectionProblem(options) ?? sessionProblem(options) ?? pathProblem(options)
  if (problem) throw new TypeError(`createAuthClient: ${problem}`)
}

function connectionProblem({ baseUrl, apiKey = [] }: AuthClientOptions<string>): string | undefined {
  if (typeof baseUrl !== 'string' || /[?#]/.test(baseUrl))
    return 'baseUrl must be the URL of the API, without a query.'
  const keys = [apiKey].flat()
  if (keys.some((key) => !key.header === !key.query))
    return 'apiKey needs either header or query: the name of the key.'
  if (keys.some((key) => !key.value)) return 'apiKey.value is empty. Is the environment variable set?'
  return undefined
}

function sessionProblem(options: AuthClientOptions<string>): string | undefined {
  const { session, apiKey = [], tokens, lock, onSignedOut, onExpired } = options
  if (!session) {
    const [name] = Object.entries({ tokens, lock, onSignedOut, onExpired }).find(([, value]) => value) ?? []
    return name && `${name} needs session, which describes how the API uses tokens.`
  }
  const { signIn = [], refresh, readTokens } = session
  if ([apiKey].flat().some(({ header }) => header?.toLowerCase() === 'authorization'))
    return 'apiKey.header is Authorization, where the access token of session is sent. Leave out one of them.'
  if (!readTokens && (refresh || signIn.length > 0))
    return 'session.readTokens is missing. It names the fields of the tokens in responses, such as { accessToken: "token" }.'
  if (refresh?.json && refresh.form) return 'session.refresh has json and form. Leave out one of them.'
  if (refresh && onExpired)
    return 'onExpired is never called, because session.refresh is set. Leave out one of them.'
  return undefined
}

function pathProblem({ redirects, session }: AuthClientOptions<string>): string | undefined {
  const { signIn, signOut, bearer, refresh } = session ?? {}
  const lists = {
    redirects,
    'session.signIn': signIn,
    'session.signOut': signOut,
    'session.bearer': bearer,
    'session.refresh.path': refresh && [refresh.path],
  }
  for (const [option, paths = []] of Object.entries(lists))
    for (const path of paths)
      if (!`${path}`.startsWith('/'))
        return `${option} contains "${path}". Paths start with a slash, as in the contract.`
  return undefined
}
