/**
 * Caches what a function reads for each key. A failed call is not cached. Objects are held weakly, because a
 * contract that changes gets new ones.
 */
export function readOnce<Key, Content>(read: (key: Key) => Promise<Content>) {
  const byValue = new Map<unknown, Promise<Content>>()
  const byObject = new WeakMap<object, Promise<Content>>()
  return (key: Key): Promise<Content> => {
    const cache = typeof key === 'object' && key !== null ? byObject : byValue
    const content = cache.get(key as never) ?? read(key)
    cache.set(key as never, content)
    content.catch(() => cache.delete(key as never))
    return content
  }
}
