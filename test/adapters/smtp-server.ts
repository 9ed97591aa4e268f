import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface ReceivedMail {
  from: string
  to: string[]
  /** Raw header fields, with folded lines joined. */
  headers: string[]
  body: string
}

/**
 * Starts a mail server that keeps the mails it receives. `onMail` can reject or delay a mail before it is
 * received.
 */
export const startSmtpServer = async ({
  port = 0,
  onMail = async () => {},
  ...options
}: { port?: number; onMail?: (mail: ReceivedMail) => Promise<void> } & SMTPServerOptions = {}) => {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 50,
    ...options,
    onData(stream, { envelope }, done) {
      text(stream)
        .then(async (raw) => {
          const [headerBlock = '', ...rest] = raw.split('\r\n\r\n')
          const mail = {
            from: envelope.mailFrom ? envelope.mailFrom.address : '',
            to: envelope.rcptTo.map(({ address }) => address),
            headers: headerBlock.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n'),
            body: rest.join('\r\n\r\n').replaceAll('=\r\n', '').replaceAll('=3D', '='),
          }
          await onMail(mail)
          mails.push(mail)
          done()
        })
        .catch(done)
    },
  })
  server.on('error', () => {})
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const { port: actualPort } = server.server.address() as AddressInfo
  return {
    mails,
    port: actualPort,
    url: `smtp://127.0.0.1:${actualPort}`,
    stop: () => new Promise<void>((closed) => server.close(() => closed())),
  }
}

export const header = ({ headers }: ReceivedMail, name: string) =>
  headers.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
