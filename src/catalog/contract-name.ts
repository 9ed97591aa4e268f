/** Tells whether a name can be used in URLs and folders, also on Windows, where devices have names. */
export const isContractName = (name: string): boolean =>
  /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && !/^(con|prn|aux|nul|(com|lpt)\d)$/.test(name)

/** The rule of `isContractName`, as a sentence for users. */
export const contractNameRule =
  'Use lower-case letters, digits and hyphens, beginning with a letter, but no device of Windows such as con.'
