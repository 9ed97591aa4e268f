/**
 * Returns the id of a heading, as GitHub creates it.
 * @example
 * headingId('Errors, and how to react') // 'errors-and-how-to-react'
 */
export function headingId(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}
