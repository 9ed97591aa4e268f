import type { Document, Operation, SecurityScheme } from '../openapi/document.ts'
import { type Text, variableText } from './values.ts'

/** A constant at the top of generated code. */
export interface Constant {
  /** In camelCase. */
  name: string
  value: string
  /** Whether the value is a placeholder that the reader replaces. */
  isPlaceholder: boolean
}

/** A credential of an operation. */
export interface Credential {
  constant: Constant
  /** The header and its value. */
  header: [name: string, value: Text]
  /** The token of a sign-in, an API key in its place, or the key of a project. */
  kind: 'session' | 'apiKey' | 'project'
}

/**
 * Returns the credentials of the first security requirement of an operation.
 * @param isSandbox whether the code calls a sandbox or mock, which contain the public keys of the examples
 */
export function credentialsOf(
  { components, security: global }: Pick<Document, 'components' | 'security'>,
  { security = global }: Pick<Operation, 'security'>,
  isSandbox: boolean,
): Credential[] {
  const [requirement = {}] = security ?? []
  return Object.keys(requirement).flatMap((key) => {
    const scheme = components?.securitySchemes?.[key]
    return scheme ? [toCredential(key, scheme, isSandbox)] : []
  })
}

function toCredential(key: string, scheme: SecurityScheme, isSandbox: boolean): Credential {
  const { type, in: location, name = '' } = scheme
  const constant = toConstant(key, scheme, isSandbox)
  const text = variableText(constant.name)
  if (type === 'http') {
    return {
      constant,
      header: ['Authorization', { $text: ['Bearer ', ...text.$text] }],
      kind: isKey(key) ? 'apiKey' : 'session',
    }
  }
  if (location === 'cookie')
    return { constant, header: ['Cookie', { $text: [`${name}=`, ...text.$text] }], kind: 'session' }
  return { constant, header: [name, text], kind: 'project' }
}

const isKey = (key: string) => /key/i.test(key)

/** The prefixes of public and secret keys have become a convention. Only public keys appear in code. */
function toConstant(
  key: string,
  { 'x-example': example = '' }: SecurityScheme,
  isSandbox: boolean,
): Constant {
  if (example.startsWith('pk_')) {
    const value = isSandbox ? example : 'YOUR_PUBLISHABLE_KEY'
    return { name: 'publishableKey', value, isPlaceholder: !isSandbox }
  }
  if (example.startsWith('sk_')) return placeholder('secretKey')
  if (isKey(key)) return placeholder('apiKey')
  return placeholder(key === 'session' ? 'sessionToken' : 'accessToken')
}

/** Creates a constant for a secret that the reader has to insert. */
export function placeholder(name: string): Constant {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
  return { name, value: `YOUR_${words}`, isPlaceholder: true }
}
