import type { Contract } from '../contract/contract.ts'
import { declaredPropertyOf } from '../contract/declared-property.ts'
import type { Exchange } from '../exchange.ts'
import type { Finding } from '../finding.ts'

/** Names of fields that no response may contain. */
const secretNames =
  /^(?:password|passwd|pwd|password_?hash|hashed_?password|hash|salt|key_?hash|token_?hash|secret_?hash|totp_?secret|mfa_?secret)$/i

/** Password hashes by their prefixes: PHC strings (argon2, scrypt, pbkdf2) and bcrypt. */
const passwordHash = /\$(?:argon2(?:id|i|d)|scrypt|pbkdf2(?:-sha\d+)?|2[aby])\$/

/**
 * Finds secrets that a response reveals: passwords, hashes, and the fields of such a name.
 * Source: ASVS 5.0, 14.2.6 and 16.2.5.
 */
export function findSecrets(
  { request, response, operation }: Exchange,
  contract: Contract,
): Omit<Finding, 'exchange' | 'severity'>[] {
  const where = `the response ${response.status} of ${operation?.id ?? request.url}`
  const found: string[] = []
  const declared: Omit<Finding, 'exchange' | 'severity'>[] = []
  visit(response.body, '', (path, name, value) => {
    if (typeof value === 'string' && passwordHash.test(value))
      found.push(`${path} in ${where} is a password hash.`)
    // In an error, the name of a field can stand before the message about it.
    else if (response.status < 400 && secretNames.test(name) && typeof value === 'string' && value !== '') {
      const pointer = operation && declaredPropertyOf(contract, operation, response.status, name)
      if (pointer === undefined) found.push(`${path} in ${where} looks like a secret.`)
      else
        declared.push({
          ...{ check: 'secret_in_body', isDeclared: true, source: contract.locate(pointer) },
          message: `The contract declares ${name} in responses, which looks like a secret. Use writeOnly if only requests have it.`,
        })
    }
  })
  const password = passwordIn(request.body)
  if (password !== undefined && response.text.includes(JSON.stringify(password)))
    found.push(`The body of ${where} repeats the password of the request.`)
  return [...declared, ...found.map((message) => ({ check: 'secret_in_body' as const, message }))]
}

function visit(
  node: unknown,
  path: string,
  onValue: (path: string, name: string, value: unknown) => void,
): void {
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node)) {
    const child = path ? `${path}.${name}` : name
    onValue(child, name, value)
    visit(value, child, onValue)
  }
}

function passwordIn(body: string | undefined): string | undefined {
  try {
    const { password } = JSON.parse(body ?? '') as { password?: unknown }
    return typeof password === 'string' && password.length >= 8 ? password : undefined
  } catch {
    return undefined
  }
}
