import { html } from 'hono/html'
import type { Sample } from '../guides/expand-guide.ts'
import { copyButton } from '../ui/copyable.ts'
import type { Html } from '../ui/page.ts'
import type { GuideTexts } from './texts/guides.ts'

/**
 * Renders the same code in one or more languages, one below the other. `tabsScript` turns several into tabs.
 * @param name the name of the code for screen readers
 */
export function codeBlocks(samples: Sample[], name: string, texts: GuideTexts): Html {
  return html`<div class="code"${samples.length > 1 ? html` data-tabs="${texts.codeLanguages}"` : ''}>
${samples.map(
  ({ title, code }) => html`<div class="sample">
<p class="label">${title}</p>
${copyButton(code, `${name}: ${title}`, texts.copy)}
</div>
`,
)}</div>`
}

/**
 * Turns code in several languages into tabs (tabs pattern of the ARIA Authoring Practices Guide). A choice
 * applies to all code of the page.
 */
export const tabsScript = `
const groups = [...document.querySelectorAll('.code[data-tabs]')].map((group, number) => {
  const panels = [...group.querySelectorAll('.sample')]
  const list = document.createElement('div')
  list.setAttribute('role', 'tablist')
  list.setAttribute('aria-label', group.dataset.tabs)
  const tabs = panels.map((panel, index) => {
    const label = panel.querySelector('.label')
    const tab = document.createElement('button')
    tab.type = 'button'
    tab.textContent = label.textContent
    label.remove()
    tab.id = 'tab-' + number + '-' + index
    panel.id = 'panel-' + number + '-' + index
    tab.setAttribute('role', 'tab')
    tab.setAttribute('aria-controls', panel.id)
    panel.setAttribute('role', 'tabpanel')
    panel.setAttribute('aria-labelledby', tab.id)
    tab.addEventListener('click', () => selectAll(tab.textContent, group))
    list.append(tab)
    return tab
  })
  list.addEventListener('keydown', (event) => {
    const current = tabs.indexOf(document.activeElement)
    const next = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    const tab = tabs[(next + tabs.length) % tabs.length]
    selectAll(tab.textContent, group)
    tab.focus()
  })
  group.prepend(list)
  const select = (name) => {
    if (!tabs.some((tab) => tab.textContent === name)) return
    tabs.forEach((tab, index) => {
      const isSelected = tab.textContent === name
      tab.setAttribute('aria-selected', String(isSelected))
      tab.tabIndex = isSelected ? 0 : -1
      panels[index].hidden = !isSelected
    })
  }
  select(tabs[0].textContent)
  return { group, select }
})
// Code above changes its height, so the page scrolls to keep the chosen code in place.
function selectAll(name, chosen) {
  const before = chosen.getBoundingClientRect().top
  for (const { select } of groups) select(name)
  scrollBy({ top: chosen.getBoundingClientRect().top - before, behavior: 'instant' })
}
`
