// Everything that the mock uses of Prism. `npm run build` bundles it into this module: as a dependency, Prism
// would bring consumers 100 packages, telemetry and an engine requirement.
export { generate } from '@stoplight/prism-http/dist/mocker/generator/JSONSchema.js'
