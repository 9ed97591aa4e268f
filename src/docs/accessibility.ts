/**
 * A script for reference pages. Redoc has no landmark for its menu, skips levels of headings, and gives
 * buttons names that lack their text (WCAG 2.2, 1.3.1 and 2.5.3). Its links lack the `#` of its routes, so
 * they would lead nowhere in a new tab.
 * @param names the names of the menu and of buttons that open examples, in the language of the page
 */
export const accessibilityScript = (names: { menu: string; example: string }): string => `
const set = (element, name, value) => {
  if (element && element.getAttribute(name) !== value) element.setAttribute(name, value)
}
const adapt = () => {
  const menu = document.querySelector('#redoc .menu-content')
  set(menu, 'role', 'navigation')
  set(menu, 'aria-label', '${names.menu}')
  for (const table of document.querySelectorAll('#redoc .md-table-wrapper')) set(table, 'tabindex', '0')
  for (const button of document.querySelectorAll('#redoc button:is([aria-label^="Example"], [aria-label^="${names.example}: "])'))
    set(button, 'aria-label', '${names.example}: ' + button.textContent.trim())
  for (const button of document.querySelectorAll('#redoc button[aria-haspopup="menu"][aria-label]')) {
    const name = button.getAttribute('aria-label')
    const text = button.textContent.trim()
    if (!name.includes(text)) set(button, 'aria-label', name.split(': ')[0] + ': ' + text)
  }
  for (const label of document.querySelectorAll('#redoc :is(span, [data-component-name="Tag/Tag"])'))
    if (['deprecated', 'Recursive'].includes(label.textContent)) set(label, 'data-badge', '')
  for (const link of document.querySelectorAll('#redoc a[href^="/"]')) set(link, 'href', '#' + link.getAttribute('href'))
  let level = 0
  for (const heading of document.querySelectorAll('#redoc :is(h1, h2, h3, h4, h5, h6)')) {
    level = Math.min(Number(heading.tagName[1]), level + 1)
    set(heading, 'role', 'heading')
    set(heading, 'aria-level', String(level))
  }
}
let frame
new MutationObserver(() => { frame ??= requestAnimationFrame(() => { frame = undefined; adapt() }) })
  .observe(document, { childList: true, subtree: true, characterData: true })
`

/** Colours of texts that Redoc shows with a contrast below 4.5:1. */
export const accessibleColours = `
:root { --input-content-placeholder-color: #5f616d; --select-placeholder-color: #5f616d; --link-color-primary-legacy: #0f766e }
.dark { --input-content-placeholder-color: #b0b2bd; --select-placeholder-color: #b0b2bd; --link-color-primary-legacy: #5eead4 }
html:not(.dark) .tag-get > * { color: #0b7a41 }
html:not(.dark) :is(.tag-put, .tag-patch) > * { color: #8a5300 }
html:not(.dark) .tag-delete > * { color: #b42318 }
html:not(.dark) .token:is(.boolean, .number, .null, .keyword) { color: #a03b00 !important }
html:not(.dark) :is(.tag-http-deprecated > *, li:has(.tag-http-deprecated) [data-text]) { color: #5f616d }
.dark :is(.tag-http-deprecated > *, li:has(.tag-http-deprecated) [data-text]) { color: #b0b2bd }
html:not(.dark) [data-badge], html:not(.dark) [data-badge] > * { color: #1c1d21 !important }
html:not(.dark) .schema-name { color: #0f766e !important }
.dark .schema-name { color: #d6d8e0 !important }
html:not(.dark) {
  --code-block-tokens-class-name-color: #8a5300; --code-block-tokens-function-color: #8a5300;
  --code-block-tokens-operator-color: #8a5300; --code-block-tokens-regex-color: #8a5300;
  --code-block-tokens-keyword-color: #a1006a; --code-block-tokens-boolean-color: #0b7a41;
  --code-block-tokens-link-color: #1a56b8; --code-block-tokens-property-string-color: #1a56b8;
}
html.dark {
  --code-block-tokens-class-name-color: #ffbe62; --code-block-tokens-function-color: #ffbe62;
  --code-block-tokens-operator-color: #ffbe62; --code-block-tokens-regex-color: #ffbe62;
  --code-block-tokens-keyword-color: #ff9ad0; --code-block-tokens-boolean-color: #7ddca6;
  --code-block-tokens-link-color: #9cc3ff; --code-block-tokens-property-string-color: #9cc3ff;
}
[data-testid="search-trigger"] * { color: var(--input-content-placeholder-color) !important }
`
