/** Tells whether a name can be used in URLs and folders. */
export const isContractName = (name: string): boolean => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
