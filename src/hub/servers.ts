import type { VariantName } from '../../generated/index.ts'

/**
 * Returns the `servers` of a contract that the hub serves, so that clients generated from it work unchanged.
 * @param origin the origin of the request
 */
export function serversOf(variant: VariantName, origin: string) {
  return [
    {
      url: `${origin}/mock/${variant}`,
      description: 'Mock: returns the examples of the contract and keeps no state.',
    },
    { url: `${origin}/sandbox/${variant}`, description: 'Sandbox: a working server with test data.' },
  ]
}
