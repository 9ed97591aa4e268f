import { html } from 'hono/html'
import type { Html } from './page.ts'

/**
 * Renders a text with a button that copies it. The page must include `copyScript` and `copyStatus`.
 * @param name the description of the text for screen readers
 * @param label the text of the button, in the language of the page
 */
export function copyButton(text: string, name: string, label = 'Copy'): Html {
  return html`<div class="copyable"><pre tabindex="0"><code>${text}</code></pre><button type="button" aria-label="${label}: ${name}">${label}</button></div>`
}

/** The live region in which `copyScript` announces to screen readers that a text was copied. */
export const copyStatus = html`<p class="hidden" role="status" aria-live="polite"></p>`

/**
 * The script of the copy buttons. It selects the text where the browser offers no clipboard (plain HTTP from
 * another host).
 */
export const copyScript = `
const texts = document.documentElement.lang === 'ko'
  ? {
      copy: '복사', copied: '복사됨', selected: '선택됨', copiedStatus: '클립보드에 복사했습니다.',
      selectedStatus: '선택했습니다. Ctrl+C 또는 Cmd+C를 눌러 복사하세요.',
    }
  : {
      copy: 'Copy', copied: 'Copied', selected: 'Selected', copiedStatus: 'Copied to the clipboard',
      selectedStatus: 'Selected. Press Ctrl+C or Cmd+C to copy.',
    }
const status = document.querySelector('[role=status]')
document.addEventListener('click', async ({ target }) => {
  const button = target.closest('.copyable button')
  if (!button) return
  const code = button.parentElement.querySelector('code')
  const copied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false)
  if (!copied) getSelection().selectAllChildren(code)
  button.textContent = copied ? texts.copied : texts.selected
  status.textContent = copied ? texts.copiedStatus : texts.selectedStatus
  setTimeout(() => { button.textContent = texts.copy; status.textContent = '' }, 2000)
})
`
