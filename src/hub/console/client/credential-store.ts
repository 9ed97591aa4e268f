import type { Seed, SeededUser } from '../../../../generated/_dev/types.ts'
import type { ConsoleContract } from '../contract.ts'
import { createSession, readSeed } from './controls.ts'
import type { Target } from './request.ts'
import { accessTokenOf, type Found, findKeys, findTokens, prefixOf } from './tokens.ts'

/** A credential to choose. */
interface Source {
  value: string
  label: string
}

export type CredentialStore = ReturnType<typeof createCredentialStore>

/**
 * Creates the memory of keys and tokens: those of the seed of the sandbox, those of responses, and those that
 * the user has entered.
 */
export function createCredentialStore({ variant, servers, schemes }: ConsoleContract) {
  const entered: Record<string, string> = {}
  const createdKeys: string[] = []
  let seed: Seed | undefined
  let tokens: Found[] = []
  let origin = ''

  const keysFor = (example: string): Source[] => [
    ...(seed?.apiKeys ?? [])
      .filter(({ key }) => prefixOf(key) === prefixOf(example))
      .toSorted((a, b) => Number(b.state === 'active') - Number(a.state === 'active'))
      .map(({ key, name, note, state }) => ({
        value: key,
        label: [`${name}${state === 'active' ? '' : ` (${state})`}`, note].filter(Boolean).join(': '),
      })),
    ...createdKeys
      .filter((key) => prefixOf(key) === prefixOf(example))
      .map((key) => ({ value: key, label: 'Key of an earlier response' })),
  ]

  /** Keeps the tokens and keys of a response for the next calls. */
  function remember(text: string, source: string): void {
    for (const { isKey, example } of Object.values(schemes))
      if (isKey)
        createdKeys.push(
          ...findKeys(text, example).filter(
            (key) => !createdKeys.includes(key) && !seed?.apiKeys.some((seeded) => seeded.key === key),
          ),
        )
    const found = findTokens(text)
    if (accessTokenOf(found) === undefined) return
    tokens = found
    origin = source
    for (const [name, { isKey }] of Object.entries(schemes)) if (!isKey) delete entered[name]
  }

  return {
    remember,
    tokens: (): readonly Found[] => tokens,
    users: (): readonly SeededUser[] => seed?.users ?? [],
    /** Where the tokens come from. */
    origin: () => origin,
    async loadSeed(): Promise<void> {
      if (servers.sandbox !== undefined) seed = await readSeed(variant)
    },
    /**
     * Signs in a user of the sandbox.
     * @throws {CallError} if the rules of the API refuse the user
     */
    async signIn({ id, name }: SeededUser): Promise<void> {
      const { body } = await createSession(variant, id)
      remember(JSON.stringify(body), `${name}, signed in`)
    },
    enter(scheme: string, value: string): void {
      entered[scheme] = value
    },
    /** Returns the credentials to choose for a scheme. */
    sourcesOf(scheme: string): Source[] {
      const { isKey, place, example = '' } = schemes[scheme] ?? {}
      if (place === 'cookie') return []
      if (isKey) return keysFor(example)
      const token = accessTokenOf(tokens)
      return [
        ...(token === undefined ? [] : [{ value: token, label: origin }]),
        { value: example, label: 'Example of the contract, for the mock' },
      ]
    },
    /** Returns the value to send: the entered one, else a seeded key, or the token of the last sign-in. */
    valueOf(scheme: string, target: Target): string {
      const { isKey, place, example = '' } = schemes[scheme] ?? {}
      const value = entered[scheme]
      if (value !== undefined) return value
      if (place === 'cookie') return example
      if (isKey) return keysFor(example)[0]?.value ?? example
      // The mock accepts the tokens of the examples. The sandbox does not.
      return accessTokenOf(tokens) ?? (target === 'mock' ? example : '')
    },
  }
}
