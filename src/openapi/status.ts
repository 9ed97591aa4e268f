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

/** Why a request is invalid: the first check that a server would fail. */
export type RejectionReason = 'credentials' | 'mediaType' | 'syntax' | 'schema'

/** The possible statuses of an invalid request, most specific first. */
const rejectionStatuses: Record<RejectionReason, [number, ...number[]]> = {
  credentials: [401],
  mediaType: [415, 400, 422],
  syntax: [400, 422],
  schema: [422, 400],
}

/**
 * Chooses the status of the response to an invalid request: the first possible one that is declared, or else
 * the most specific, which a range or `default` may declare.
 * @param keys all keys of the responses
 */
export function rejectionStatus(reason: RejectionReason, keys: readonly string[]): number {
  const [usual] = rejectionStatuses[reason]
  return rejectionStatuses[reason].find((status) => keys.includes(String(status))) ?? usual
}
