/**
 * Moves the cookies of a response to the path of another URL. A client that selects its sandbox with a header
 * uses URLs without the name, to which a browser would not send cookies of the longer path (RFC 6265, section
 * 5.1.4). The shorter path also matches the links of mails and redirects, which contain the name.
 * @param from the URL to whose path the cookies belong
 * @param to the URL to whose path they are moved
 */
export function withCookiesAt(response: Response, from: string, to: string): Response {
  const cookies = response.headers.getSetCookie()
  if (cookies.length === 0) return response
  const [oldPath, newPath] = [new URL(from).pathname, new URL(to).pathname]
  const headers = new Headers(response.headers)
  headers.delete('set-cookie')
  for (const cookie of cookies)
    headers.append(
      'set-cookie',
      cookie
        .split('; ')
        .map((attribute) => (attribute === `Path=${oldPath}` ? `Path=${newPath}` : attribute))
        .join('; '),
    )
  const { body, status, statusText } = response
  return new Response(body, { status, statusText, headers })
}
