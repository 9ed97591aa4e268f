import type { Load } from './under-load.ts'

const password = 'nanoseconds-of-wire-30'
export const json = { 'content-type': 'application/json' }

/** A sign-in that fails validation, so that no password is hashed. */
export const invalidSignIn = JSON.stringify({ email: 'ada@example.org', password: '' })

/** Returns the body of a sign-up in openfactory. */
export const signUpBody = (email: string) => ({
  email,
  password,
  name: 'Grace',
  organizationName: `Organization of ${email}`,
})

/**
 * Signs up a user in openfactory.
 * @param ip the IP address of the user, because sign-ups are limited by IP address
 * @returns the session token
 */
export async function signUp(url: string, email: string, ip = '10.1.0.1'): Promise<string> {
  const response = await post(`${url}/api/auth/signup`, {
    headers: { 'x-forwarded-for': ip },
    body: signUpBody(email),
  })
  const { session } = (await response.json()) as { session: { token: string } }
  return session.token
}

/**
 * Signs up a user in better-auth.
 * @returns the session cookie
 */
export async function signUpAtBetterAuth(url: string, email: string): Promise<string> {
  const response = await post(`${url}/api/auth/sign-up/email`, {
    headers: { origin: url },
    body: { email, password, name: 'Grace' },
  })
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

/**
 * Sends JSON.
 * @throws {Error} if the response is not a 2xx
 */
export async function post(
  url: string,
  { headers, body }: { headers: Record<string, string>; body: unknown },
): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response
}

/** As many users as connections, because the server limits concurrent sign-ins of one account. */
const emails = Array.from({ length: 64 }, (_, index) => `grace${index}@example.org`)
const signIns = emails.map((email) => ({ body: JSON.stringify({ email, password }) }))

/**
 * Signs up 64 users in openfactory.
 * @returns their sign-ins and one session check, as loads
 */
export async function createUsers(url: string): Promise<Record<'signIn' | 'check', Load>> {
  const tokens: string[] = []
  for (const [index, email] of emails.entries()) tokens.push(await signUp(url, email, `10.1.0.${index}`))
  return {
    signIn: {
      url: `${url}/api/auth/signin`,
      method: 'POST',
      headers: json,
      calls: signIns,
      manyClients: true,
    },
    check: { url: `${url}/api/auth/session`, headers: { authorization: `Bearer ${tokens[0]}` } },
  }
}

/** Does the same in better-auth, which has no rate limits here. */
export async function createBetterAuthUsers(url: string): Promise<Record<'signIn' | 'check', Load>> {
  const cookies: string[] = []
  for (const email of emails) cookies.push(await signUpAtBetterAuth(url, email))
  return {
    signIn: {
      url: `${url}/api/auth/sign-in/email`,
      method: 'POST',
      headers: { ...json, origin: url },
      calls: signIns,
    },
    check: { url: `${url}/api/auth/get-session`, headers: { cookie: cookies[0] ?? '' } },
  }
}
