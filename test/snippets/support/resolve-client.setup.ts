import { registerHooks } from 'node:module'

/** Lets programs in other folders import the typed client of this repository by its public name. */
registerHooks({
  resolve(specifier, context, next) {
    const isClient = specifier === 'auth-contracts/client'
    return next(isClient ? new URL('../../../src/client/index.ts', import.meta.url).href : specifier, context)
  },
})
