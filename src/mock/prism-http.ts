// All that is taken from Prism. `npm run build` replaces this module by a bundle: Prism itself would bring a consumer
// 100 packages, telemetry and an engine requirement.
export { createClientFromOperations } from '@stoplight/prism-http/dist/client.js'
export { getHttpOperationsFromSpec } from '@stoplight/prism-http/dist/utils/operations.js'
export { validateInput, validateSecurity } from '@stoplight/prism-http/dist/validator/index.js'
