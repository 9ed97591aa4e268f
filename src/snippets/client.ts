import { clientNames, variantNames } from '../../generated/index.ts'
import { errorClass, newApiError } from './api-error.ts'
import { withFileConstants } from './body.ts'
import { bodyOptions } from './body-serializer.ts'
import type { Call } from './call.ts'
import type { Constant } from './credentials.ts'
import { ownClient } from './own-client.ts'
import { querySerializer } from './query-serializer.ts'
import {
  browserCertificate,
  certificateNote,
  declareConstants,
  declareFiles,
  errorComments,
  indent,
  paragraphs,
} from './text.ts'
import { isRedirect } from './url.ts'
import { toIdentifier, toTypeScript, toUpperCase, type Value } from './values.ts'

/**
 * Writes a call as TypeScript with the typed client of the package, which each API with a server has, or the
 * one that it makes of any contract.
 */
export function clientCode(call: Call, baseUrl: string, variant: string): string {
  return clientNames.includes(variant)
    ? builtInClientCode(call, baseUrl, variant)
    : ownClientCode(call, baseUrl, variant)
}

function builtInClientCode(call: Call, baseUrl: string, variant: string): string {
  const { credentials, projectKey } = call
  const key = credentials.find(({ purpose }) => purpose !== 'session')?.constant ?? projectKey
  const constants = [...(projectKey && key === projectKey ? [projectKey] : []), ...call.constants].filter(
    ({ name }, index, all) => all.findIndex((other) => other.name === name) === index,
  )
  const session = credentials.find(({ purpose }) => purpose === 'session')
  return paragraphs(
    `import { ${factoryName(variant)} } from "auth-contracts/client";`,
    declareConstants(constants),
    declareFiles(call),
    errorClass(call),
    [
      `const ${variant} = ${createClient(variant, `baseUrl: ${JSON.stringify(baseUrl)}`, key)};`,
      ...(session
        ? [
            '// A client that has signed in has the token already.',
            `await ${variant}.tokens.set({ accessToken: ${toUpperCase(session.constant.name)} });`,
          ]
        : []),
    ].join('\n'),
    `${isRedirect(call) ? `${redirectNote}\n` : ''}const { ${resultNames(call)} } = await ${clientExpression(call, variant)};`,
    errorCheck(call),
    resultLine(call),
  )
}

/** Writes a call with the types of the package, or those that `auth-contracts generate` writes. */
function ownClientCode(call: Call, baseUrl: string, name: string): string {
  const client = toIdentifier(name)
  const isBuiltIn = variantNames.some((variant) => variant === name)
  const types = isBuiltIn ? `auth-contracts/contracts/${name}` : `./generated/${name}/types.ts`
  return paragraphs(
    `import { createAuthClient } from "auth-contracts/client";\nimport type { paths } from "${types}";`,
    declareConstants(call.constants),
    declareFiles(call),
    errorClass(call),
    [certificateNote(call, '//', browserCertificate), ownClient(call, baseUrl, client)]
      .filter((line) => line !== '')
      .join('\n'),
    `${isRedirect(call) ? `${redirectNote}\n` : ''}const { ${resultNames(call)} } = await ${clientExpression(call, client)};`,
    errorCheck(call),
    resultLine(call),
  )
}

const redirectNote = '// In a web app, the browser opens this URL: location.assign(url).'

/** Returns the name of the function that creates the client of an API. */
export const factoryName = (variant: string): string =>
  `create${variant.charAt(0).toUpperCase()}${variant.slice(1)}Client`

/**
 * Writes the expression that creates a client.
 * @param url the property with the URL
 */
export function createClient(variant: string, url: string, key: Constant | undefined): string {
  const options = [`${url},`, ...(key ? [`apiKey: ${toUpperCase(key.name)},`] : [])].join('\n')
  return `${factoryName(variant)}({\n${indent(options)}\n})`
}

/** Writes the expression of a call, such as `client.POST("/path", { … })`. */
export function clientExpression(call: Call, client: string, write = writeValue): string {
  const { method, path, pathParameters, query, headers, cookies, body } = call
  const groups = { path: pathParameters, query, header: headers, cookie: cookies }
  const params = Object.fromEntries(
    Object.entries(groups).filter(([, group]) => Object.keys(group).length > 0),
  )
  const options = {
    ...(Object.keys(params).length > 0 && { params }),
    ...(body && { body: withFileConstants(body) }),
  }
  if (Object.keys(options).length === 0) return `${client}.${method}(${JSON.stringify(path)})`
  const style = querySerializer(call, write)
  const serializers = [...(style ? [`querySerializer: ${style},`] : []), ...(body ? bodyOptions(body) : [])]
  const lines = serializers.map((option) => `${indent(option)}\n`).join('')
  const written = `${write(options).slice(0, -1)}${lines}}`
  return `${client}.${method}(${JSON.stringify(path)}, ${written})`
}

const writeValue = (value: Value) => toTypeScript(value, 0, toUpperCase)

const resultNames = ({ result }: Call) =>
  result.kind === 'properties' || result.kind === 'value' ? 'data, error, response' : 'error, response'

function errorCheck(call: Call): string {
  return `if (error) {\n${indent(`${errorComments(call)}throw ${newApiError(call, 'error', '.')};`)}\n}`
}

function resultLine({ result }: Call): string {
  switch (result.kind) {
    case 'properties':
      return `const { ${result.names.join(', ')} } = data;`
    case 'value':
      return result.name === 'data' ? '' : `const ${result.name} = data;`
    case 'location':
      return 'const location = response.headers.get("Location");'
    case 'none':
      return ''
  }
}
