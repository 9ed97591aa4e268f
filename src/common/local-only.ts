/** The header of a request that the hub must not pass on to an upstream, and its value. */
export const localOnly = { name: 'x-upstream', value: 'off' } as const
