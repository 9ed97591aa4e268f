// Everything that the mock uses of Prism. `npm run build` bundles it into this module: as a dependency, Prism
// would bring consumers 100 packages, telemetry and an engine requirement.
export { createClientFromOperations } from '@stoplight/prism-http/dist/client.js'
export { getHttpOperationsFromSpec } from '@stoplight/prism-http/dist/utils/operations.js'
export { validateInput, validateSecurity } from '@stoplight/prism-http/dist/validator/index.js'
