import type { Api } from '../../catalog/api.ts'
import { contractOption } from '../../catalog/contract-option.ts'
import { type Credential, credentialsByScheme, requirementsOf } from '../../openapi/credentials.ts'
import type { Document } from '../../openapi/document.ts'
import { endpointsOf } from '../../openapi/operations.ts'

/** Returns the credentials that the user passes. Of an API with a server, the tests know how to get them. */
export function neededCredentials({ server }: Pick<Api, 'server'>, document: Document): Credential[] {
  if (server) return []
  const used = new Set(
    endpointsOf(document).flatMap(({ operation }) =>
      requirementsOf(document, operation).flatMap(Object.keys),
    ),
  )
  return [...credentialsByScheme(document).values()].filter(
    ({ scheme, kind }) => used.has(scheme) && kind !== 'certificate',
  )
}

/** Writes the command that tests a server. A contract of the user is named with its file. */
export const testCommand = (api: Api, url: string): string =>
  `npx auth-contracts test ${contractOption(api) ?? api.name} --url ${url}`
