import type { VariantName } from '../../generated/index.ts'

/** A deliberate fault of the reference server. */
export interface Mutant {
  /** The fault in a few words, such as `the sign-out keeps the session`. */
  name: string
  /** The API whose server gets the fault. */
  variant: VariantName
  kind: MutantKind
  /** The facts sheet or security requirement that the fault violates. */
  source: string
  mutations: Mutation[]
}

/** A replacement of text that occurs exactly once in a source file. */
export interface Mutation {
  /** The path from the root of the repository. */
  file: string
  find: string
  replace: string
}

export const mutantKinds = [
  'status',
  'body',
  'header',
  'validation',
  'authentication',
  'revocation',
  'single use',
  'scope',
  'enumeration',
  'redirect',
  'cookie',
  'safe method',
  'limit',
  'expiry',
  'secret',
] as const
export type MutantKind = (typeof mutantKinds)[number]
