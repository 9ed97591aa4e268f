import { startMailWorker } from '../adapters/mail-worker.ts'
import type { Core } from '../core/ports.ts'
import { purge } from '../core/purge.ts'
import { sweepUploads } from '../core/uploads.ts'
import type { Resources } from './resources.ts'

const purgeEveryMs = 10 * 60_000
const sweepEveryMs = 60_000

/**
 * Starts sending queued mails and purging expired rows, abandoned and unfinished uploads.
 * @param core returns the current core, because a reset replaces it
 * @returns a function that stops the work and waits for mails in flight
 */
export function startBackgroundWork(
  { store, secrets, clock, files, mail, log, metrics }: Resources,
  core: () => Core,
): () => Promise<void> {
  metrics?.gauge('mails_waiting', 'Mails that are not delivered to a mail server yet', () =>
    store.count('outbox', { sentAt: null }),
  )
  const { style, deliver, onQueued } = mail
  const worker = startMailWorker({ core: { store, secrets, now: clock.now }, deliver, style, log })
  onQueued(worker.wake)
  const purgeAll = () => Promise.all([purge(core()), sweepUploads(core(), files.port)])
  const purging = setInterval(
    () => purgeAll().catch((err) => log.error({ err }, 'purge failed')),
    purgeEveryMs,
  ).unref()
  const sweep = () =>
    files.sweepUnfinished().catch((err) => log.error({ err }, 'unfinished uploads cannot be deleted'))
  void sweep()
  const sweeping = setInterval(sweep, sweepEveryMs).unref()
  return async () => {
    clearInterval(purging)
    clearInterval(sweeping)
    await worker.stop()
  }
}
