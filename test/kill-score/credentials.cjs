// Dredd loads hooks as CommonJS, and provides the module `hooks` itself.
const { readFileSync } = require('node:fs')
const hooks = require('hooks')

const document = JSON.parse(readFileSync(hooks.configuration.path[0], 'utf8'))
const isError = ({ expected }) => Number(expected.statusCode) >= 400

// Dredd repeats a request for each declared status. The repetitions would exhaust the rate limits.
hooks.beforeAll((transactions) => {
  transactions.sort((a, b) => isError(a) - isError(b))
})

// The access tokens of the examples have expired. API keys do not expire.
hooks.beforeEach(({ request, origin }) => {
  const operation = document.paths[origin.resourceName][request.method.toLowerCase()]
  const [alternative = {}] = operation.security ?? document.security
  for (const name of Object.keys(alternative)) {
    const scheme = document.components.securitySchemes[name]
    const value = /key/i.test(name) ? scheme['x-example'] : process.env.ACCESS_TOKEN
    if (scheme.type === 'http') request.headers.Authorization = `Bearer ${value}`
    else request.headers[scheme.name] = value
  }
})
