/** Caches what a function reads for each key. A failed call is not cached. */
export function readOnce<Key, Content>(read: (key: Key) => Promise<Content>) {
  const cache = new Map<Key, Promise<Content>>()
  return (key: Key): Promise<Content> => {
    const content = cache.get(key) ?? read(key)
    cache.set(key, content)
    content.catch(() => cache.delete(key))
    return content
  }
}
