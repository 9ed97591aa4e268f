// Dredd loads hooks as CommonJS, and provides the module `hooks` itself.
const { readFileSync } = require('node:fs')
const hooks = require('hooks')

const { components } = JSON.parse(readFileSync(hooks.configuration.path[0], 'utf8'))
const credentials = Object.values(components.securitySchemes)
  .filter((scheme) => scheme.type === 'http' || scheme.in === 'header')
  .map(({ type, name, 'x-example': example }) =>
    type === 'http' ? ['Authorization', `Bearer ${example}`] : [name, example],
  )

// Dredd sends the same request for every expected status, so `Prefer` selects the response of the mock.
hooks.beforeEach((transaction) => {
  const { request, expected } = transaction
  Object.assign(request.headers, Object.fromEntries(credentials), { Prefer: `code=${expected.statusCode}` })
})
