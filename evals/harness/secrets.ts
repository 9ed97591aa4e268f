import type { Exchange } from '../../src/conformance/exchange.ts'

/** The names of fields whose values are secrets, in the bodies of all four APIs. */
const secretNames =
  /^(?:access_?token|refresh_?token|token|api_?key|key|password|(?:new|current)_?password|idToken)$/i

/** Collects passwords, tokens and keys from the bodies of requests and responses. */
function secretsIn(exchanges: Exchange[]): Set<string> {
  const secrets = new Set<string>()
  const collect = (text: string | undefined) => {
    try {
      JSON.parse(text ?? '{}', (name, value) => {
        if (secretNames.test(name) && typeof value === 'string' && value.length >= 8) secrets.add(value)
        return value
      })
    } catch {
      // Only JSON bodies carry credentials.
    }
  }
  for (const { request, response } of exchanges) {
    collect(request.body)
    collect(response.text)
  }
  return secrets
}

/** The forms that a text has in paths and in queries. */
const encodingsOf = (text: string) => [
  ...[text, encodeURI(text), encodeURIComponent(text)],
  new URLSearchParams({ text }).toString().slice('text='.length),
]

/**
 * Finds secrets where they do not belong: in URLs, which logs and histories keep, and in the output.
 * @returns one sentence for each place
 */
export function findLeaks(exchanges: Exchange[], output: string): string[] {
  const secrets = [...secretsIn(exchanges)]
  const encoded = secrets.flatMap(encodingsOf)
  const urls = exchanges.filter(({ request: { url } }) => encoded.some((secret) => url.includes(secret)))
  return [
    ...urls.map(({ request }) => `The URL of a ${request.method} request contains a password, token or key.`),
    ...(secrets.some((secret) => output.includes(secret))
      ? ['The project prints a password, token or key.']
      : []),
  ]
}
