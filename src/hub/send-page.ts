import type { Context } from 'hono'
import type { Page } from '../ui/page.ts'

/** Sends a page with its policy. */
export function sendPage(c: Context, { html, policy }: Page, status: 200 | 404 = 200) {
  return c.html(html, status, {
    'cache-control': 'no-cache',
    'content-security-policy': `${policy}; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
}
