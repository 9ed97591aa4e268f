/**
 * A server that is about to be killed: `<database> [<smtp url>]`. Puts a mail into the outbox, says so, and, given a mail
 * server, begins to send.
 */

import { startMailWorker } from '../../src/adapters/mail-worker.ts'
import { createSmtp } from '../../src/adapters/smtp.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { letterTo, mailCore, post, style } from './mail-core.ts'

const [, , database = '', smtpUrl] = process.argv
const core = mailCore(openSqliteStore(database))
await post(core, letterTo('ada@example.org'))
process.stdout.write('acknowledged\n')
if (smtpUrl) {
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  startMailWorker({ core, deliver: createSmtp(smtpUrl), style, log: silent })
}
setInterval(() => {}, 1000)
