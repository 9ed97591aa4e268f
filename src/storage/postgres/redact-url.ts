/** The address as it may be shown and logged. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return 'the database'
  const shown = new URL(url)
  shown.password = ''
  shown.search = ''
  return shown.href
}
