/**
 * A process for tests to kill: `node outbox.child.ts <database> [<SMTP URL>]`. It adds a mail to the outbox,
 * prints "acknowledged", and starts sending if there is a mail server.
 */

import { startMailWorker } from '../../src/adapters/mail-worker.ts'
import { createSmtp } from '../../src/adapters/smtp.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { createMailCore, enqueueMail, payloadTo, style } from './mail-core.ts'

const [, , database = '', smtpUrl] = process.argv
const core = createMailCore(openSqliteStore(database))
await enqueueMail(core, payloadTo('ada@example.org'))
process.stdout.write('acknowledged\n')
if (smtpUrl) {
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  startMailWorker({ core, deliver: createSmtp(smtpUrl), style, log: silent })
}
setInterval(() => {}, 1000)
