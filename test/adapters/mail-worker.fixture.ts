import { onTestFinished } from 'vitest'
import { type Deliver, startMailWorker, wakeOnMail } from '../../src/adapters/mail-worker.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { createMailCore, style } from './mail-core.ts'
import { startSmtpServer } from './smtp-server.ts'

/** Starts an SMTP server that keeps the mails in memory, until the end of the test. */
export const startMailServer = async (options?: Parameters<typeof startSmtpServer>[0]) => {
  const started = await startSmtpServer(options)
  onTestFinished(started.stop)
  return started
}

/** Starts a worker that delivers with the given function, and returns a core whose writes wake it. */
export const startWorker = (
  deliver: Deliver,
  {
    core = createMailCore(createMemoryStore()),
    pollMs = 20,
  }: { core?: ReturnType<typeof createMailCore>; pollMs?: number } = {},
) => {
  const lines: object[] = []
  const write = (fields: object, message: string) => lines.push({ message, ...fields })
  const worker = startMailWorker({
    core,
    deliver,
    style,
    pollMs,
    log: { info: write, warn: write, error: write },
  })
  onTestFinished(() => worker.stop(0))
  return { core: { ...core, store: wakeOnMail(core.store, worker.wake) }, worker, lines }
}
