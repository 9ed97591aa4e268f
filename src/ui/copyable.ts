import { html } from 'hono/html'
import type { Html } from './page.ts'

/**
 * Text with a button that copies it. The page needs `COPYING` as its script, and `copyStatus` somewhere.
 * @param name what is copied, for those who do not see what the button stands beside
 */
export const copyButton = (text: string, name: string): Html =>
  html`<div class="copyable"><pre><code>${text}</code></pre><button type="button" aria-label="Copy: ${name}">Copy</button></div>`

/** Tells those who do not see it that something was copied. */
export const copyStatus = html`<p class="hidden" role="status" aria-live="polite"></p>`

/** Copies; where the browser grants no clipboard (plain HTTP from another machine), selects the text instead. */
export const COPYING = `
const status = document.querySelector('[role=status]')
for (const button of document.querySelectorAll('.copyable button')) {
  const code = button.parentElement.querySelector('code')
  button.addEventListener('click', async () => {
    const copied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false)
    if (!copied) getSelection().selectAllChildren(code)
    button.textContent = copied ? 'Copied' : 'Selected'
    status.textContent = copied ? 'Copied to the clipboard' : 'Selected; copy it with your keyboard'
    setTimeout(() => { button.textContent = 'Copy'; status.textContent = '' }, 2000)
  })
}
`
