/** A resource that the pool closes when it expires. */
interface Closable {
  close: () => Promise<void>
}

export interface PoolLimits {
  /** The maximum number of open resources. */
  max: number
  /** A resource expires after so many milliseconds without use. */
  idleMs: number
}

export interface PoolOptions<Resource> extends PoolLimits {
  open: (name: string) => Promise<Resource>
  /** Called before a resource is closed to make room for another one. */
  onEvict: (name: string, idleMs: number) => void
  onCloseError: (error: unknown) => void
}

/** Thrown when the pool is full and all resources are in use. */
export class PoolExhaustedError extends Error {}

interface Entry<Resource> {
  resource: Promise<Resource>
  /** The number of uses in progress. */
  uses: number
  lastUsedAt: number
  isRemoved?: boolean
}

const sweepEveryMs = 30_000

/**
 * Creates a pool of named resources. Each is opened at its first use. It is closed when it has been idle for
 * too long, or when the pool is full and it is the least recently used one, but never while in use.
 */
export function createPool<Resource extends Closable>({
  max,
  idleMs,
  open,
  onEvict,
  onCloseError,
}: PoolOptions<Resource>) {
  /** The least recently used entry comes first. */
  const entries = new Map<string, Entry<Resource>>()
  const closing = new Set<Promise<void>>()

  function closeEntry({ resource }: Entry<Resource>): void {
    const closed = resource.then((opened) => opened.close()).catch(onCloseError)
    closing.add(closed)
    closed.finally(() => closing.delete(closed))
  }

  /** Takes an entry out of the pool. Closes it now, or at the end of its last use. */
  function remove(name: string, entry: Entry<Resource>): void {
    entries.delete(name)
    entry.isRemoved = true
    if (entry.uses === 0) closeEntry(entry)
  }

  function makeRoom(): void {
    if (entries.size < max) return
    const [name, entry] = [...entries].find(([, { uses }]) => uses === 0) ?? []
    if (name === undefined || entry === undefined) throw new PoolExhaustedError()
    onEvict(name, Date.now() - entry.lastUsedAt)
    remove(name, entry)
  }

  function openEntry(name: string): Entry<Resource> {
    makeRoom()
    const entry: Entry<Resource> = { resource: open(name), uses: 0, lastUsedAt: Date.now() }
    // A failed resource is not cached, so the next use tries again.
    entry.resource.catch(() => entries.get(name) === entry && entries.delete(name))
    return entry
  }

  const sweep = setInterval(
    () => {
      for (const [name, entry] of [...entries])
        if (entry.uses === 0 && Date.now() - entry.lastUsedAt >= idleMs) remove(name, entry)
    },
    Math.min(idleMs, sweepEveryMs),
  ).unref()

  return {
    has: (name: string): boolean => entries.has(name),
    /** Returns the open resources with the time of their last use, the least recently used one first. */
    list: (): { name: string; lastUsedAt: number }[] =>
      [...entries].map(([name, { lastUsedAt }]) => ({ name, lastUsedAt })),
    /** Closes a resource, after its uses in progress. Returns false if it is not open. */
    remove(name: string): boolean {
      const entry = entries.get(name)
      if (entry) remove(name, entry)
      return entry !== undefined
    },
    /**
     * Opens the resource unless it is open, and passes it to `act`.
     * @throws {PoolExhaustedError} when the pool is full and all resources are in use
     */
    async use<Result>(name: string, act: (resource: Resource) => Result | Promise<Result>): Promise<Result> {
      const entry = entries.get(name) ?? openEntry(name)
      entries.delete(name)
      entries.set(name, entry)
      entry.uses++
      try {
        return await act(await entry.resource)
      } finally {
        entry.uses--
        entry.lastUsedAt = Date.now()
        if (entry.isRemoved && entry.uses === 0) closeEntry(entry)
      }
    },
    /** Closes all resources, those in use at the end of their last use. */
    async close(): Promise<void> {
      clearInterval(sweep)
      for (const [name, entry] of [...entries]) remove(name, entry)
      await Promise.all(closing)
    },
  }
}
