import type { Document, Server } from './document.ts'

/**
 * Returns the path of the first server of a contract, to which its paths are appended, without a slash at its
 * end. Empty for the root, and for a contract without servers (OpenAPI 3.1.1, section 4.8.1).
 */
export function basePathOf({ servers }: Pick<Document, 'servers'>): string {
  const url = URL.parse(serverUrl(servers?.[0] ?? { url: '/' }), 'http://localhost/')
  return (url?.pathname ?? '').replace(/\/+$/, '')
}

/** Returns the URL of a server with the default value of each variable. */
function serverUrl({ url, variables = {} }: Server): string {
  return url.replaceAll(/\{([^}]+)\}/g, (template, name: string) => variables[name]?.default ?? template)
}
