/**
 * What a browser has to know about answers that are data: to take them for nothing else, to keep none of them, and to show
 * them in no page (ASVS 3.4, 14.3.2). An answer that says otherwise knows better.
 * @param publicUrl where the server is reached; behind TLS it insists on that
 */
export const protection = (publicUrl: string): Record<string, string> => ({
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  ...(publicUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
})
