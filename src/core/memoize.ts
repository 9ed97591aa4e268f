/**
 * A map whose oldest entry makes room for a new one. A library with a true LRU would also reorder at each hit, and hits are
 * on the path of every request.
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
 * Remembers the results of a pure function.
 * @param capacity how many results are kept at most; needed where callers choose the argument
 */
export function memoize<Key, Value extends object | string | number | boolean>(
  compute: (key: Key) => Value,
  capacity = Number.POSITIVE_INFINITY,
): (key: Key) => Value {
  const results = createBoundedMap<Key, Value>(capacity)
  return (key) => {
    const known = results.get(key)
    if (known !== undefined) return known
    const value = compute(key)
    results.set(key, value)
    return value
  }
}
