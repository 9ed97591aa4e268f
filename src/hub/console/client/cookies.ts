import { CallError } from './call-error.ts'

/**
 * Sets cookies, because a page cannot set the header of a request.
 * @param path the path of the server that receives them
 * @returns a function that removes them
 * @throws {CallError} if a cookie cannot be set
 */
export async function setCookies(
  cookies: [name: string, value: string][],
  path: string,
): Promise<() => Promise<void>> {
  // Names with this prefix are valid for the whole origin only (RFC 6265bis, section 4.1.3.2).
  const pathOf = (name: string) => (name.startsWith('__Host-') ? '/' : path)
  const remove = async () => {
    for (const [name] of cookies) await cookieStore.delete({ name, path: pathOf(name) })
  }
  for (const [name, value] of cookies)
    try {
      await cookieStore.set({ name, value, path: pathOf(name), sameSite: 'strict' })
    } catch {
      await remove()
      throw new CallError(`The browser does not accept the cookie ${name} with this value.`)
    }
  return remove
}
