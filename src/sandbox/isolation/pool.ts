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

  function closeEntry(name: string, { resource }: Entry<Resource>): void {
    entries.delete(name)
    const closed = resource.then((opened) => opened.close()).catch(onCloseError)
    closing.add(closed)
    closed.finally(() => closing.delete(closed))
  }

  function makeRoom(): void {
    if (entries.size < max) return
    const [name, entry] = [...entries].find(([, { uses }]) => uses === 0) ?? []
    if (name === undefined || entry === undefined) throw new PoolExhaustedError()
    onEvict(name, Date.now() - entry.lastUsedAt)
    closeEntry(name, entry)
  }

  function openEntry(name: string): Entry<Resource> {
    makeRoom()
    const entry = { resource: open(name), uses: 0, lastUsedAt: Date.now() }
    // A failed resource is not cached, so the next use tries again.
    entry.resource.catch(() => entries.get(name) === entry && entries.delete(name))
    return entry
  }

  const sweep = setInterval(
    () => {
      for (const [name, entry] of [...entries])
        if (entry.uses === 0 && Date.now() - entry.lastUsedAt >= idleMs) closeEntry(name, entry)
    },
    Math.min(idleMs, sweepEveryMs),
  ).unref()

  return {
    has: (name: string): boolean => entries.has(name),
    /** Returns the names of the open resources, the least recently used one first. */
    names: (): string[] => [...entries.keys()],
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
      }
    },
    /** Closes all resources. */
    async close(): Promise<void> {
      clearInterval(sweep)
      for (const [name, entry] of [...entries]) closeEntry(name, entry)
      await Promise.all(closing)
    },
  }
}
