/** The rules that the report adds to the style of all pages. */
export const style = `
:root {
  --good: light-dark(#14532d, #bbf7d0); --good-ground: light-dark(#dcfce7, #14371f);
  --bad: light-dark(#7f1d1d, #fecaca); --bad-ground: light-dark(#fee2e2, #4c1717);
  --warn: light-dark(#713f12, #fde68a); --warn-ground: light-dark(#fef3c7, #43300b);
}
:root { --width: 76rem }
h1 { overflow-wrap: anywhere }
header p { max-width: none; overflow-wrap: anywhere }
.verdict { margin: .6rem 0 0; padding: .5rem .8rem; border-radius: 8px; font-weight: 600 }
.good { color: var(--good); background: var(--good-ground) }
.bad { color: var(--bad); background: var(--bad-ground) }
.warn { color: var(--warn); background: var(--warn-ground); font-weight: 400 }
header .verdict.good { color: var(--good) } header .verdict.bad { color: var(--bad) } header .verdict.warn { color: var(--warn) }
.facts { display: grid; gap: .25rem 1rem; margin: 1rem 0 0; font-size: .9rem }
.facts div { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: 1rem }
.facts dt { color: var(--soft) }
.facts dd { margin: 0; overflow-wrap: anywhere }
.filter { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .8rem }
select { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .3rem .5rem; max-width: 100% }
select:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
section { margin-bottom: 2rem }
h2 { margin: 0 0 .6rem }
h3 { font-size: 1rem; line-height: 1.4; margin: 0 0 .4rem; overflow-wrap: anywhere }
.cause { margin-bottom: 1rem }
.cause > p { margin: .35rem 0; color: var(--ink); overflow-wrap: anywhere }
.cause .copyable pre { white-space: pre-wrap; overflow-wrap: anywhere }
.cause pre.text { margin: 0; padding: .55rem .8rem; max-height: 22rem; overflow: auto; background: var(--code); border: 1px solid var(--line); border-radius: 8px }
.cause code { overflow-wrap: anywhere }
.tags { display: flex; flex-wrap: wrap; gap: .3rem }
.tags span { font-size: .8125rem; border: 1px solid var(--line); border-radius: 999px; padding: 0 .6rem }
.tests { margin: 0; padding-left: 1.2rem; font-size: .9rem; overflow-wrap: anywhere }
.legend { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; font-size: .9rem }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: .4rem .8rem }
table.matrix, table.keywords { display: table; table-layout: auto; width: auto; min-width: 100% }
.matrix thead, .keywords thead { display: table-header-group; position: static; width: auto; height: auto; clip-path: none }
.matrix tbody, .keywords tbody { display: table-row-group }
.matrix tr, .keywords tr { display: table-row }
.matrix tr[hidden] { display: none }
.matrix th, .matrix td, .keywords th, .keywords td { display: table-cell; width: auto; border-top: 1px solid var(--line); padding: .3rem .5rem .3rem 0; overflow-wrap: normal }
.matrix thead th, .keywords thead th { border-top: 0 }
.matrix th:first-child { width: auto; color: var(--ink) }
.matrix th + th, .matrix td { text-align: center; min-width: 2.6rem }
.matrix small { display: block; color: var(--soft); font-weight: 400; overflow-wrap: anywhere; min-width: 9rem }
.keywords td:first-child, .keywords td:nth-child(2) { overflow-wrap: anywhere; width: 45% }
.cell { display: inline-block; min-width: 1.6rem; text-align: center; border-radius: 5px; font-weight: 600 }
.exercised { color: var(--good); background: var(--good-ground) }
.failed { color: var(--bad); background: var(--bad-ground) }
.undeclared { color: var(--warn); background: var(--warn-ground) }
.missing { color: var(--soft); background: var(--code) }
td { position: relative }
details { border-top: 1px solid var(--line); padding: .4rem 0 }
details > :not(summary) { margin-top: .6rem }
summary { cursor: pointer; overflow-wrap: anywhere }
@media (max-width: 36rem) { .facts div { grid-template-columns: 1fr; gap: 0 } }
@media print { .filter, .copyable button { display: none } }
`

/** Shows only what belongs to the chosen operation. */
export const filterScript = `
const select = document.querySelector('#operation')
const shown = document.querySelector('#shown')
select.addEventListener('change', () => {
  let count = 0
  for (const item of document.querySelectorAll('[data-operation]')) {
    item.hidden = select.value !== '' && !item.dataset.operation.split('\\n').includes(select.value)
    if (!item.hidden && item.matches('section > .cause')) count += 1
  }
  shown.textContent = select.value === '' ? '' : count + (count === 1 ? ' violation' : ' violations')
})
`
