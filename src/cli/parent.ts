import cluster from 'node:cluster'
import { readFileSync } from 'node:fs'

const pollMs = 1_000

/**
 * Stops this process when the one that started it has ended: `src/cli/auth-contracts.js`, or npm or npx,
 * which do not pass signals on. Otherwise the server would go on and keep its port. Other parents may end,
 * such as a shell that started the server in the background.
 * @param stop called once, unless a signal has already stopped this process
 */
export function onParentGone(stop: () => void): void {
  if (cluster.isWorker) return
  let isStopping = false
  const stopOnce = () => {
    if (isStopping) return
    isStopping = true
    // The readers of the output may have ended as well.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
    stop()
  }
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      isStopping = true
    })
  }
  // The wrapper holds the other end of this channel.
  process.once('disconnect', stopOnce)
  process.channel?.unref()
  const ancestors = ancestorsUpToNpm()
  if (ancestors.length === 0) return
  const isGone = () => process.ppid !== ancestors[0] || !isChain(ancestors)
  setInterval(() => isGone() && stopOnce(), pollMs).unref()
}

/**
 * Returns the ids of the parent, its parent and so on, up to npm: npm runs a command in a shell, and a killed
 * npm leaves the shell behind. Empty if npm did not start this process, or this process has left its group.
 */
function ancestorsUpToNpm(): number[] {
  // Without /proc, only the end of the direct parent is noticed.
  if (process.platform !== 'linux') return process.env.npm_command && process.ppid !== 1 ? [process.ppid] : []
  if (readStat(process.pid)?.group === process.pid) return []
  const ancestors = [process.ppid]
  for (;;) {
    const stat = readStat(ancestors.at(-1) ?? 0)
    if (stat === undefined || ancestors.length > 4) return []
    if (/^(?:npm|pnpm|yarn)\b/.test(stat.name)) return ancestors
    ancestors.push(stat.parent)
  }
}

/** Returns whether each process still is the child of the next one. */
function isChain(ancestors: readonly number[]): boolean {
  return ancestors.slice(1).every((parent, index) => readStat(ancestors[index] ?? 0)?.parent === parent)
}

/** Reads the state of a process on Linux (proc_pid_stat(5)). */
function readStat(pid: number): { name: string; parent: number; group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, name = '', parent, group] = /\((.*)\) \S (\d+) (\d+)/s.exec(stat) ?? []
    return { name, parent: Number(parent), group: Number(group) }
  } catch {
    return undefined
  }
}
