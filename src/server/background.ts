import { startMailWorker } from '../adapters/mail-worker.ts'
import type { Core } from '../core/ports.ts'
import { purge } from '../core/purge.ts'
import { sweepUploads } from '../core/uploads.ts'
import type { Resources } from './resources.ts'

const purgeEveryMs = 10 * 60_000

/**
 * Sends mails and deletes expired rows and abandoned uploads, until it is stopped.
 * @param core asked for at each purge, because a reset replaces it
 * @returns lets mails under way finish
 */
export function startBackgroundWork(
  { store, secrets, clock, files, mail, log, metrics }: Resources,
  core: () => Core,
): () => Promise<void> {
  metrics?.gauge('mails_waiting', 'Mails that no mail server has taken yet', () =>
    store.count('outbox', { sentAt: null }),
  )
  const { style, deliver, onQueued } = mail
  const worker = startMailWorker({ core: { store, secrets, now: clock.now }, deliver, style, log })
  onQueued(worker.wake)
  const tidyUp = () => Promise.all([purge(core()), sweepUploads(core(), files.port)])
  const purging = setInterval(
    () => tidyUp().catch((err) => log.error({ err }, 'not purged')),
    purgeEveryMs,
  ).unref()
  return async () => {
    clearInterval(purging)
    await worker.stop()
  }
}
