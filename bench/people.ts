import type { Load } from './under-load.ts'

const password = 'nanoseconds-of-wire-30'
export const json = { 'content-type': 'application/json' }

/** Refused by validation, before any password is hashed. */
export const invalidSignIn = JSON.stringify({ email: 'ada@example.org', password: '' })

/** The body of a sign-up at openfactory. */
export const newcomer = (email: string) => ({
  email,
  password,
  name: 'Grace',
  organizationName: `The ships of ${email}`,
})

/**
 * Somebody new at openfactory.
 * @param address where they come from, since sign-ups of one address are limited
 * @returns the session token
 */
export async function signUpHere(url: string, email: string, address = '10.1.0.1'): Promise<string> {
  const answer = await post(`${url}/api/auth/signup`, {
    headers: { 'x-forwarded-for': address },
    body: newcomer(email),
  })
  const { session } = (await answer.json()) as { session: { token: string } }
  return session.token
}

/** Somebody new at better-auth. @returns the session cookie */
export async function signUpThere(url: string, email: string): Promise<string> {
  const answer = await post(`${url}/api/auth/sign-up/email`, {
    headers: { origin: url },
    body: { email, password, name: 'Grace' },
  })
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

/** JSON to a server that has to take it. */
export async function post(
  url: string,
  { headers, body }: { headers: Record<string, string>; body: unknown },
): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return answer
}

/** As many as there are connections at most: attempts at one account that are under way are limited, too. */
const crowd = Array.from({ length: 64 }, (_, index) => `grace${index}@example.org`)
const signIns = crowd.map((email) => ({ body: JSON.stringify({ email, password }) }))

/** Sixty-four people, new at openfactory. @returns their sign-ins and the session check of one, as loads */
export async function crowdHere(url: string): Promise<Record<'signIn' | 'check', Load>> {
  const tokens: string[] = []
  for (const [index, email] of crowd.entries()) tokens.push(await signUpHere(url, email, `10.1.0.${index}`))
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

/** The same at better-auth, whose limits are off. */
export async function crowdThere(url: string): Promise<Record<'signIn' | 'check', Load>> {
  const cookies: string[] = []
  for (const email of crowd) cookies.push(await signUpThere(url, email))
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
