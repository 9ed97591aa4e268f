/** The style of pages about an API. */
export const layoutStyle = `
:root { --width: 76rem }
.page, .navigation + .page { padding-top: 0 }
.bar {
  display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; margin-bottom: 2rem; padding: .8rem 0; font-size: .9rem;
  border-bottom: 1px solid var(--line);
}
.bar a { color: var(--ink) }
.bar a[aria-current] { color: var(--accent); font-weight: 600; text-decoration: none }
.bar a[lang] { margin-left: auto }
.columns { display: grid; grid-template-columns: 15rem minmax(0, 46rem); gap: 3rem }
.menu { font-size: .95rem }
.menu summary { font-weight: 600; cursor: pointer; padding: .2rem 0 }
.menu ul { margin: .4rem 0 0; padding: 0; list-style: none }
.menu a { display: block; padding: .3rem .7rem; border-left: 2px solid var(--line); color: var(--soft); text-decoration: none }
.menu a:hover { color: var(--ink); border-color: var(--accent) }
.menu a[aria-current] { color: var(--accent); border-color: var(--accent); font-weight: 600 }
main h1 { font-size: 1.9rem }
main > h2 { font-size: 1.35rem; margin: 2.4rem 0 .7rem }
main > h3 { font-size: 1.1rem; margin: 1.8rem 0 .5rem }
main :is(ul, ol) { padding-left: 1.3rem; margin: 0 0 .9rem }
main li { margin: .25rem 0 }
main p { margin: 0 0 .9rem }
main :not(pre) > code { padding: .1em .3em; background: var(--code); border-radius: 4px; overflow-wrap: anywhere }
main a[href] > code { color: inherit }
.api { color: var(--soft); font-size: .9rem; margin: 0 0 .3rem }
.lead { color: var(--soft); font-size: 1.08rem; margin-bottom: 1.6rem }
.code { margin: 0 0 1.1rem }
.sample + .sample { margin-top: .6rem }
.code .label { margin: 0 0 .25rem }
.code .copyable pre { max-height: 32rem; overflow: auto }
[role=tablist] { display: flex; flex-wrap: wrap; gap: .2rem; margin-bottom: .35rem }
[role=tab] { margin: 0; background: none; border: 0; border-bottom: 2px solid transparent; border-radius: 0; padding: .3rem .6rem; color: var(--soft) }
[role=tab][aria-selected=true] { color: var(--accent); border-color: var(--accent); font-weight: 600 }
.table { overflow-x: auto; margin: 0 0 1.1rem }
main .table table { width: auto; min-width: 100%; table-layout: auto }
main .table :is(th, td):is(:first-child, :nth-child(n)) { width: auto; overflow-wrap: break-word }
main .table td { min-width: 5rem }
main .table code { white-space: nowrap }
.after { margin-top: 2.5rem; padding-top: 1.2rem; border-top: 1px solid var(--line) }
.after h2 { font-size: 1rem; margin: 0 0 .4rem }
.neighbours { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 1.5rem; margin-top: 1.5rem }
.neighbours small { display: block; color: var(--soft) }
.neighbours a:last-child:not(:first-child) { text-align: right }
.steps { padding: 0; list-style: none; counter-reset: step }
.steps > li { counter-increment: step; padding: 0 0 1.2rem 2.6rem; position: relative; margin: 0; border-left: 2px solid var(--line) }
.steps > li:last-child { border-color: transparent }
.steps > li::before {
  content: counter(step); position: absolute; left: -1rem; top: 0; width: 1.9rem; height: 1.9rem; border-radius: 50%;
  display: grid; place-items: center; background: var(--card); border: 1px solid var(--line); font-size: .85rem;
}
.steps h3 { margin: 0 0 .2rem; padding-top: .15rem }
.steps dl { margin: 0; display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: .3rem .8rem; font-size: .95rem }
.steps dl > div { display: contents }
.steps dt { color: var(--soft) }
.steps dd { margin: 0; min-width: 0 }
.steps dd p { margin: 0 }
@media (max-width: 56rem) {
  .bar { margin-bottom: 1rem }
  .columns { grid-template-columns: minmax(0, 1fr); gap: 1rem }
  .menu { padding-bottom: .6rem; border-bottom: 1px solid var(--line) }
  .bar a[lang] { margin-left: 0 }
  main h1 { font-size: 1.6rem }
  .steps > li { margin-left: 1rem; padding-left: 1.6rem }
  .steps dl { grid-template-columns: minmax(0, 1fr); gap: 0 }
  .steps dd { margin-bottom: .4rem }
}
/* Rows become lists, as on all pages, with the headings as labels. */
@media (max-width: 48rem) {
  main .table [data-label]::before { content: attr(data-label) ": "; color: var(--soft) }
  main .table td:first-child { font-weight: 500 }
  main .table code { white-space: normal }
}
`
