import { html } from 'hono/html'
import type { Html } from './page.ts'

/**
 * Text with a button that copies it. The page needs `COPYING` as its script, and `copyStatus`.
 * @param name describes the text to screen readers
 */
export function copyButton(text: string, name: string): Html {
  return html`<div class="copyable"><pre><code>${text}</code></pre><button type="button" aria-label="Copy: ${name}">Copy</button></div>`
}

/** Announces to screen readers that a text was copied. */
export const copyStatus = html`<p class="hidden" role="status" aria-live="polite"></p>`

/** Copies the text, or selects it where the browser has no clipboard (plain HTTP from another machine). */
export const copyScript = `
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
