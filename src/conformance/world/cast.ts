import type { RequestParts } from '../packs/example-request.ts'
import { claimsOf } from '../parse.ts'
import type { Person } from '../variants/adapter.ts'
import type { Account, Stage } from './stage.ts'

/** A person of the contract's examples. */
export interface Role {
  email: string
  name: string
  /** Null for people without a password. */
  password: string | null
  /** The id in the examples. */
  id?: string
  /** Tokens of the examples that belong to the person. JWTs are recognized by their `sub`. */
  tokens?: string[]
  /** Whether the person has no account yet, so that only the email is replaced. */
  isNew?: boolean
  /** Creates the account in another way than with a password. */
  create?: (stage: Stage, person: Person) => Promise<Account>
  /** Brings a new account into the state of the role, such as disabled. */
  prepare?: (stage: Stage, account: Account) => Promise<void>
  /** Creates the values of the examples that belong to the person, such as an id of an organization. */
  values?: Record<string, (stage: Stage, account: Account) => Promise<string>>
}

/**
 * Replaces the people of an example request by users that the stage creates, with their tokens and ids. So
 * an example can be sent to a server that has never seen it.
 */
export async function castRequest(stage: Stage, parts: RequestParts): Promise<RequestParts> {
  const text = JSON.stringify(parts)
  const replacements = new Map<string, string>()
  for (const role of stage.adapter?.cast ?? [])
    if (isMentioned(role, text))
      for (const [from, to] of await play(stage, role, text)) replacements.set(from, to)
  return replacements.size === 0 ? parts : replaceTexts(parts, replacements)
}

function isMentioned({ email, id, tokens = [], values = {} }: Role, text: string): boolean {
  return (
    text.toLowerCase().includes(email.toLowerCase()) ||
    (id !== undefined && text.includes(id)) ||
    [...tokens, ...Object.keys(values)].some((value) => text.includes(value)) ||
    jwtsIn(text).some((jwt) => claimsOf(jwt).sub === id)
  )
}

/** Creates the user of a role. Returns pairs of the values in the examples and their replacements. */
async function play(stage: Stage, role: Role, text: string): Promise<[string, string][]> {
  if (role.isNew) return emailPairs(text, role.email, stage.newPerson().email)
  const account = await stage.play(role)
  const mentioned = Object.keys(role.values ?? {}).filter((value) => text.includes(value))
  return [
    ...(text.toLowerCase().includes(role.email.toLowerCase())
      ? emailPairs(text, role.email, account.email)
      : []),
    ...(role.password !== null ? [[role.password, account.password] as [string, string]] : []),
    ...(role.id !== undefined ? [[role.id, account.id] as [string, string]] : []),
    ...(role.tokens ?? []).map((token): [string, string] => [token, account.access]),
    ...jwtsIn(text)
      .filter((jwt) => claimsOf(jwt).sub === role.id)
      .map((jwt): [string, string] => [jwt, account.access]),
    ...(await Promise.all(
      mentioned.map(async (value): Promise<[string, string]> => [value, await stage.replace(value)]),
    )),
  ]
}

/** Examples also spell emails with capitals, which stay. */
function emailPairs(text: string, email: string, replacement: string): [string, string][] {
  const spellings = text.match(new RegExp(email.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi')) ?? []
  return [...new Set(spellings)].map((spelling) => [
    spelling,
    spelling === email ? replacement : replacement.toUpperCase(),
  ])
}

const jwtsIn = (text: string): string[] => text.match(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g) ?? []

/** Replaces texts in all strings of a value. */
export function replaceTexts<Value>(value: Value, replacements: Map<string, string>): Value {
  const replace = (node: unknown): unknown => {
    if (typeof node === 'string')
      return [...replacements].reduce((text, [from, to]) => text.replaceAll(from, to), node)
    if (Array.isArray(node)) return node.map(replace)
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, replace(child)]))
  }
  return replace(value) as Value
}
