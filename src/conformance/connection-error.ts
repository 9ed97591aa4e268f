/**
 * Describes why a server did not answer, and what to do.
 * @param error the error of `node:http`, or the cause of that of `fetch`
 * @param baseUrl the URL of the server, without credentials
 * @param awaited what did not arrive
 * @param setting the name of the setting with the URL
 */
export function describeConnectionError(
  error: NodeJS.ErrnoException,
  { baseUrl, awaited = 'response', setting }: { baseUrl: string; awaited?: string; setting: string },
): string {
  const { host, hostname, protocol } = new URL(baseUrl)
  const code = error.code ?? ''
  if (code === 'ECONNREFUSED') return `Nothing listens at ${host}. Start the server, or correct ${setting}.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The host ${hostname} cannot be resolved. Correct ${setting}.`
  if (
    error.name === 'HTTPParserError' ||
    code.startsWith('HPE_') ||
    code === 'EPROTO' ||
    code === 'ERR_SSL_WRONG_VERSION_NUMBER'
  )
    return `The server at ${host} does not speak ${protocol === 'https:' ? 'HTTPS' : 'HTTP'}. Correct the scheme of ${setting}. (${reasonOf(error)})`
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code))
    return `The TLS certificate of ${host} is not trusted: ${error.message}. Name your CA in NODE_EXTRA_CA_CERTS.`
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return `The server at ${host} closed the connection without a ${awaited}.`
  return `The request to ${host} failed: ${error.message}.`
}

/** OpenSSL writes the reason between colons, after codes that do not help a reader. */
const reasonOf = ({ message }: Error): string =>
  / routines:[^:]*:([^:]+):/.exec(message)?.[1] ?? message.split('\n')[0] ?? ''
