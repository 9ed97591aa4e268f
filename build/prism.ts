import { bundleInto } from './bundle.ts'

/**
 * Bundles Prism's generator and its dependencies into the module that imports it.
 * @returns the file names of the bundled modules
 */
export function bundlePrism(): Promise<string[]> {
  return bundleInto('src/mock/prism-http.js', {
    // Bundles one of 70 languages.
    resolve: { alias: { '@faker-js/faker': '@faker-js/faker/locale/en' } },
    // A dependency tests for `module` in an ES module.
    checks: { commonJsVariableInEsm: false },
  })
}
