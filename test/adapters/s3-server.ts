import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'

/** The default account of s3rver. */
export const account = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', region: 'eu-central-1' }

/**
 * Starts s3rver behind a proxy. s3rver stores files like S3 and checks the expiry, but accepts any version 4
 * signature, so the proxy checks signatures as AWS documents it ("Authenticating Requests: Using Query
 * Parameters" and "… Using the Authorization Header").
 */
export const startS3Server = async () => {
  const directory = await mkdtemp(join(tmpdir(), 's3-peer-'))
  const configureBuckets = [{ name: 'images', configs: [] }]
  const options = { address: '127.0.0.1', port: 0, silent: true, vhostBuckets: false }
  const s3 = new S3rver({ ...options, directory, configureBuckets })
  const { port } = await s3.run()

  const proxy = createServer((request, response) => {
    const isSigned = expectedSignature(request) === actualSignature(request)
    if (!isSigned && request.method !== 'GET') {
      response.writeHead(403, { Connection: 'close' }).end('SignatureDoesNotMatch')
      return
    }
    const { method, url, headers } = request
    const forwarded = send({ host: '127.0.0.1', port, method, path: url, headers }, (upstream) => {
      response.writeHead(upstream.statusCode ?? 502, upstream.headers)
      upstream.pipe(response)
    })
    request.pipe(forwarded)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')

  return {
    bucketUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/images`,
    async stop() {
      proxy.closeAllConnections()
      proxy.close()
      await s3.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const queryOf = (request: IncomingMessage) => new URL(request.url ?? '', 'http://s3').searchParams

const authorizationPart = (request: IncomingMessage, name: string) =>
  new RegExp(`${name}=([^, ]+)`).exec(request.headers.authorization ?? '')?.[1]

const actualSignature = (request: IncomingMessage) =>
  queryOf(request).get('X-Amz-Signature') ?? authorizationPart(request, 'Signature') ?? 'none'

const expectedSignature = (request: IncomingMessage) => {
  const query = queryOf(request)
  const inQuery = query.has('X-Amz-Signature')
  const scope = (query.get('X-Amz-Credential') ?? authorizationPart(request, 'Credential') ?? '')
    .split('/')
    .slice(1)
  const names = query.get('X-Amz-SignedHeaders') ?? authorizationPart(request, 'SignedHeaders') ?? ''
  const time = query.get('X-Amz-Date') ?? request.headers['x-amz-date']
  query.delete('X-Amz-Signature')
  const canonical = [
    request.method,
    new URL(request.url ?? '', 'http://s3').pathname,
    [...query]
      .map((pair) => pair.map(encodeURIComponent).join('='))
      .sort()
      .join('&'),
    ...names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    inQuery ? 'UNSIGNED-PAYLOAD' : request.headers['x-amz-content-sha256'],
  ].join('\n')
  const digest = createHash('sha256').update(canonical).digest('hex')
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${account.secretAccessKey}`)
  return hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), digest].join('\n')).toString('hex')
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
