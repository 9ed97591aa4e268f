import { readFileSync } from 'node:fs'
import { contractUrl, type VariantName } from '../generated/index.ts'
import { type SignIn, signInRequest } from '../src/openapi/example-request.ts'

/** Returns the sign-in example of a contract, which all mocks get under load. */
export function signInOf(variant: VariantName): SignIn {
  const request = signInRequest(JSON.parse(readFileSync(contractUrl(variant), 'utf8')))
  if (!request) throw new Error(`The contract of ${variant} has no sign-in example.`)
  return request
}
