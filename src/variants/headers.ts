/** For responses with secrets or personal data. */
export const noStore = { 'Cache-Control': 'no-store' }
