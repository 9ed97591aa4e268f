import type { VariantName } from '../../generated/index.ts'

/**
 * The `servers` of a contract as this hub serves it: a client that is made from the document works as it is.
 * @param origin where the reader reached the hub
 */
export const serversOf = (variant: VariantName, origin: string) => [
  {
    url: `${origin}/mock/${variant}`,
    description: 'The mock: answers with the examples, remembers nothing.',
  },
  { url: `${origin}/sandbox/${variant}`, description: 'The sandbox: works for real, on this machine.' },
]
