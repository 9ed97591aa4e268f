/** Changes one character of an API key. */
export const corrupted = (key: string, at: number) =>
  key.slice(0, at) + (key[at] === '0' ? '1' : '0') + key.slice(at + 1)
