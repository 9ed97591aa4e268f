// Dredd loads its hooks as CommonJS, and puts its own object in the place of the module `hooks`.
const { readFileSync } = require('node:fs')
const hooks = require('hooks')

const { components } = JSON.parse(readFileSync(hooks.configuration.path[0], 'utf8'))
const credentials = Object.values(components.securitySchemes)
  .filter((scheme) => scheme.type === 'http' || scheme.in === 'header')
  .map(({ type, name, 'x-example': example }) =>
    type === 'http' ? ['Authorization', `Bearer ${example}`] : [name, example],
  )

// Dredd sends the ordinary request for every status it expects, so the mock is told which one to answer with.
hooks.beforeEach((transaction) => {
  const { request, expected } = transaction
  Object.assign(request.headers, Object.fromEntries(credentials), { Prefer: `code=${expected.statusCode}` })
})
