/**
 * Creates a map that evicts its oldest entry when it is full. An LRU cache would also reorder entries at each
 * hit, which costs time on every request.
 * @param capacity the maximum number of entries
 */
export function createBoundedMap<Key, Value>(capacity: number) {
  const entries = new Map<Key, Value>()
  return {
    get: (key: Key): Value | undefined => entries.get(key),
    set(key: Key, value: Value): void {
      const [oldest] = entries.keys()
      if (entries.size >= capacity && oldest !== undefined) entries.delete(oldest)
      entries.set(key, value)
    },
  }
}

/**
 * Caches the results of a pure function.
 * @param compute the function
 * @param capacity the maximum number of cached results; set it where clients choose the argument
 */
export function memoize<Key, Value extends object | string | number | boolean>(
  compute: (key: Key) => Value,
  capacity = Number.POSITIVE_INFINITY,
): (key: Key) => Value {
  const results = createBoundedMap<Key, Value>(capacity)
  return (key) => {
    const cached = results.get(key)
    if (cached !== undefined) return cached
    const value = compute(key)
    results.set(key, value)
    return value
  }
}
