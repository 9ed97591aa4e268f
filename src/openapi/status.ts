/**
 * Returns a status that a key of `responses` stands for: `404` for itself, `400` for the range `4XX`, and for
 * `default` 500, or 200 if no other key is a success.
 * @param key the key
 * @param keys all keys of the responses
 */
export function statusOf(key: string, keys: readonly string[]): number {
  if (key === 'default') return keys.some((other) => /^[23]/.test(other)) ? 500 : 200
  return Number(key.replace(/XX$/i, '00'))
}
