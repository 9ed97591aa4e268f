import type { VariantName } from '../../generated/index.ts'

/**
 * The `servers` of a contract that the hub serves, so that clients generated from the document work unchanged.
 * @param origin the origin that the reader used
 */
export function serversOf(variant: VariantName, origin: string) {
  return [
    {
      url: `${origin}/mock/${variant}`,
      description: 'The mock: answers with the examples, remembers nothing.',
    },
    { url: `${origin}/sandbox/${variant}`, description: 'The sandbox: works for real, on this machine.' },
  ]
}
