/** The rules of the page. The live region is visible here, because it is the answer to each action. */
export const style = `
#control { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 0 1.25rem; margin-top: 1.25rem }
#control > div { min-width: 0 }
#control h3 { font-size: .95rem; margin: 1rem 0 .4rem }
#snapshots li > span { flex-basis: 100% }
#control .now { margin: .7rem 0 .4rem }
#control .now time { font-weight: 600; font-variant-numeric: tabular-nums; margin-right: .5rem }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .4rem }
#control button { margin: 0; padding: .4rem .8rem; font-size: .9rem }
#control button[aria-pressed=true] { background: var(--ink); color: var(--card); border-color: var(--ink) }
#control form { display: flex; flex-wrap: wrap; gap: .6rem .75rem; align-items: end; margin-top: .7rem }
#control form button { align-self: end; padding: .45rem .9rem }
#control label { display: grid; gap: .2rem; flex: 1 1 7rem; min-width: 0; color: var(--soft); font-size: .8125rem }
#control label:has(select) { flex-basis: 100% }
#control input, #control select {
  font: inherit; font-size: 1rem; color: var(--ink); background: var(--card); border: 1px solid var(--soft);
  border-radius: 6px; padding: .4rem .5rem; width: 100%; min-width: 0;
}
#control input::placeholder { color: var(--soft); opacity: 1 }
#control :is(input, select, h2):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
[data-live] > p { margin: .4rem 0; color: var(--soft) }
.rows { margin: .7rem 0 0; padding: 0; list-style: none }
.rows li { display: flex; flex-wrap: wrap; gap: .4rem .5rem; align-items: center; padding: .5rem 0; border-top: 1px solid var(--line) }
.rows li > span { flex: 1 1 12rem; min-width: 0; overflow-wrap: anywhere }
.rows small { display: block; color: var(--soft) }
#confirmation { max-width: min(28rem, 100% - 2rem); padding: 1.25rem 1.4rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); color: var(--ink) }
#confirmation::backdrop { background: rgb(0 0 0 / 45%) }
#requests { margin-top: 1.25rem }
#requests summary { cursor: pointer; font-weight: 600 }
[role=status]:not(:empty) {
  position: fixed; inset: auto 1rem 1rem; width: fit-content; max-width: min(40rem, 100% - 2rem); height: auto; clip-path: none; margin: 0 auto;
  padding: .7rem 1.1rem; border-radius: 8px; background: var(--ink); color: var(--card); box-shadow: 0 4px 16px rgb(0 0 0 / 25%);
}
[role=status].error { background: light-dark(#b42318, #fda29b) }
`
