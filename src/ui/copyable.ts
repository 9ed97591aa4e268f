import { html } from 'hono/html'
import type { Html } from './page.ts'

/**
 * Renders a text with a button that copies it. The page must include `copyScript` and `copyStatus`.
 * @param name the description of the text for screen readers
 */
export function copyButton(text: string, name: string): Html {
  return html`<div class="copyable"><pre tabindex="0"><code>${text}</code></pre><button type="button" aria-label="Copy: ${name}">Copy</button></div>`
}

/** The live region in which `copyScript` announces to screen readers that a text was copied. */
export const copyStatus = html`<p class="hidden" role="status" aria-live="polite"></p>`

/**
 * The script of the copy buttons. It selects the text where the browser offers no clipboard (plain HTTP from
 * another host).
 */
export const copyScript = `
const status = document.querySelector('[role=status]')
for (const button of document.querySelectorAll('.copyable button')) {
  const code = button.parentElement.querySelector('code')
  button.addEventListener('click', async () => {
    const copied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false)
    if (!copied) getSelection().selectAllChildren(code)
    button.textContent = copied ? 'Copied' : 'Selected'
    status.textContent = copied ? 'Copied to the clipboard' : 'Selected. Press Ctrl+C or Cmd+C to copy.'
    setTimeout(() => { button.textContent = 'Copy'; status.textContent = '' }, 2000)
  })
}
`
