import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { contractUrl } from '../../generated/index.ts'
import { generateCode, type LanguageId } from '../../src/snippets/index.ts'

/** The samples of the vendor's page, in TypeScript and cURL. */
const samples = {
  fetch: `const response = await fetch(
  "https://api-client.bkend.ai/v1/auth/email/signin",
  {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-API-Key": PUBLISHABLE_KEY,
    },
    body: JSON.stringify({
      email: "user@example.com",
      password: "password123",
      method: "password",
    }),
  }
);

const { accessToken, refreshToken } = await response.json();`,
  curl: `curl -X POST https://api-client.bkend.ai/v1/auth/email/signin \\
  -H "Content-Type: application/json" \\
  -H "X-API-Key: {pk_publishable_key}" \\
  -d '{
    "email": "user@example.com",
    "password": "password123",
    "method": "password"
  }'`,
}

async function signInCode(lang: LanguageId, baseUrl: string): Promise<string> {
  const document = JSON.parse(await readFile(contractUrl('bkend'), 'utf8'))
  return generateCode({ document, variant: 'bkend', operationId: 'signIn', lang, baseUrl }).code
}

it('adds only the key and the errors to the TypeScript sample of the vendor', async () => {
  const code = await signInCode('fetch', 'https://api-client.bkend.ai')
  const [declaration, sample, ...rest] = code
    .replace(/class ApiError .*\n(?:(?: {2}.*)?\n)+\}\n\n/, '')
    .replace(/if \(!response\.ok\) \{\n(?: {2}.*\n)+\}\n\n/, '')
    .split(/^(?=const response)/m)
  expect([declaration, sample, rest]).toEqual([
    'const PUBLISHABLE_KEY = "YOUR_PUBLISHABLE_KEY";\n\n',
    samples.fetch,
    [],
  ])
})

it('names the errors that a sign-in form distinguishes', async () => {
  expect(await signInCode('fetch', 'https://api-client.bkend.ai')).toContain(`if (!response.ok) {
  const body = await response.json().catch(() => null);
  // 400: auth/invalid-email
  // 401: auth/invalid-credentials, auth/invalid-mfa-code
  // 403: auth/mfa-required, auth/account-banned, auth/email-not-verified
  // 429: auth/too-many-login-attempts, auth/account-locked, auth/too-many-requests; wait for the seconds in Retry-After
  throw new ApiError(response, body?.error);
}
`)
})

it('changes only the URL and the key of the cURL sample of the vendor', async () => {
  const url = 'http://localhost:4000/sandbox/bkend'
  const key = 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
  expect(await signInCode('curl', url)).toBe(
    samples.curl.replace('https://api-client.bkend.ai', url).replace('{pk_publishable_key}', key),
  )
})
