/** The rules of the page. */
export const style = `
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end }
.row label { flex: 1 1 16rem; display: grid; gap: .25rem; color: var(--soft); font-size: .875rem; min-width: 0 }
.row button { margin: 0; align-self: end; padding: .5rem 1.1rem; font-size: 1rem }
.all { align-items: center; margin: 0 0 1.5rem }
.all button { padding: .3rem .9rem; font-size: .9rem }
input, select {
  font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft); border-radius: 6px;
  padding: .45rem .6rem; min-width: 0;
}
td select { padding: .2rem .4rem }
input:focus-visible, select:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
input::placeholder { color: var(--soft); opacity: 1 }
#upstream .hint { margin: .75rem 0 0; color: var(--soft); font-size: .875rem }
#upstream #current { color: inherit; margin: 0 0 .75rem; overflow-wrap: anywhere }
#error { margin: 1rem 0; color: light-dark(#b42318, #fda29b); font-weight: 600 }
#error:empty { margin: 0; height: 1.25rem }
dt { font-weight: 600 }
dd { margin: 0 0 .5rem; color: var(--soft) }
th:nth-child(2) { width: 18% }
@media (max-width: 48rem) {
  tbody tr { display: grid; grid-template-columns: auto 1fr; gap: .2rem .75rem; align-items: center }
  td:first-child { grid-column: 1 / -1 }
}
`
