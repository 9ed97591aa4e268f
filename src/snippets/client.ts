import type { Call } from './call.ts'
import { declareConstants, errorComments, indent, paragraphs } from './text.ts'
import { isRedirect } from './url.ts'
import { toTypeScript, toUpperCase, type Value } from './values.ts'

/** Writes a call as TypeScript with the typed client of the package. */
export function clientCode(call: Call, variant: string, baseUrl: string): string {
  const { credentials, projectKey } = call
  const factory = `create${variant.charAt(0).toUpperCase()}${variant.slice(1)}Client`
  const key = projectKey ?? credentials.find(({ kind }) => kind === 'apiKey')?.constant
  const constants = [...(projectKey ? [projectKey] : []), ...call.constants].filter(
    ({ name }, index, all) => all.findIndex((other) => other.name === name) === index,
  )
  const options = [
    `baseUrl: ${JSON.stringify(baseUrl)},`,
    ...(key ? [`apiKey: ${toUpperCase(key.name)},`] : []),
  ].join('\n')
  const session = credentials.find(({ kind }) => kind === 'session')
  return paragraphs(
    `import { ${factory} } from "auth-contracts/client";`,
    declareConstants(constants),
    [
      `const ${variant} = ${factory}({\n${indent(options)}\n});`,
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

const redirectNote = '// In a web app, the browser opens this URL: location.assign(url).'

/** Writes the expression of a call, such as `bkend.POST("/path", { … })`. */
function clientExpression(call: Call, client: string): string {
  const { method, path, pathParameters, query, headers, body } = call
  const groups = { path: pathParameters, query, header: headers }
  const params = Object.fromEntries(
    Object.entries(groups).filter(([, group]) => Object.keys(group).length > 0),
  )
  const options = {
    ...(Object.keys(params).length > 0 && { params }),
    ...(body && { body: body.value }),
  }
  const argument = Object.keys(options).length > 0 ? `, ${write(options)}` : ''
  return `${client}.${method}(${JSON.stringify(path)}${argument})`
}

const write = (value: Value) => toTypeScript(value, 0, toUpperCase)

const resultNames = ({ result }: Call) =>
  ({ properties: 'data, error', value: 'data, error', location: 'error, response', none: 'error' })[
    result.kind
  ]

function errorCheck(call: Call): string {
  const message =
    call.errors.shape === 'text' ? 'error.error' : `\`\${error.error.code}: \${error.error.message}\``
  return `if (error) {\n${indent(`${errorComments(call)}throw new Error(${message});`)}\n}`
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
