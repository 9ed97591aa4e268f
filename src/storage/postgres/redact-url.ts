/** Removes the password and the query from a database URL, so that it can be printed and logged. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return 'the database'
  const redacted = new URL(url)
  redacted.password = ''
  redacted.search = ''
  return redacted.href
}
