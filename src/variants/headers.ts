/** Of answers with secrets or personal data: nobody on the way keeps them. */
export const noStore = { 'Cache-Control': 'no-store' }
