import { readFileSync } from 'node:fs'
import { contractUrl, type VariantName } from '../generated/index.ts'
import { type SignIn, signInRequest } from '../src/snippets/curl.ts'

/** The contract's own example of a sign-in: what every server under load here is asked. */
export function signInOf(variant: VariantName): SignIn {
  const request = signInRequest(JSON.parse(readFileSync(contractUrl(variant), 'utf8')))
  if (!request) throw new Error(`${variant} has no sign-in to measure`)
  return request
}
