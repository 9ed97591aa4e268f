/** The rules of the page. */
export const style = `
:root { --width: 96rem }
.columns { display: grid; grid-template-columns: minmax(0, 15rem) minmax(0, 1fr); gap: 2rem; align-items: start }
.columns nav summary { font-weight: 600; cursor: pointer; padding: .3rem 0 }
.columns nav .group h2 { font-size: .8125rem; color: var(--soft); font-weight: 600; margin: .9rem 0 .2rem }
.columns nav ul { list-style: none; margin: 0; padding: 0 }
.columns nav li a { display: block; padding: .25rem .5rem; border-radius: 6px; color: inherit; text-decoration: none; font-size: .9rem }
.columns nav li a:hover { text-decoration: underline }
.columns nav li a[aria-current] { background: var(--card); outline: 1px solid var(--accent) }
.method { font-size: .6875rem; font-weight: 700; color: var(--soft) }
main h2:focus { outline: none }
main h3 { font-size: 1.05rem; margin: 0 0 .4rem }
.target { margin: .2rem 0 .6rem; overflow-wrap: anywhere }
.hint, small { color: var(--soft); font-size: .875rem }
small { display: block; margin-top: .2rem; overflow-wrap: anywhere }
form { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem 1.25rem }
.fields { display: grid; gap: .9rem }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 0; padding: .5rem .9rem .9rem; min-width: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem }
fieldset > p { margin: 0 }
form > fieldset { margin-top: .9rem }
legend { font-weight: 600; padding: 0 .35rem }
.field { display: grid; gap: .25rem; font-size: .9rem; min-width: 0 }
.field span { color: var(--soft) }
.field code { color: var(--ink); font-weight: 600 }
input:not([type=radio]), select, textarea {
  font: inherit; font-size: 1rem; color: var(--ink); background: var(--ground); border: 1px solid var(--soft); border-radius: 6px;
  padding: .4rem .6rem; width: 100%; min-width: 0;
}
textarea, .scheme input { font: .85rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace }
textarea { resize: vertical }
[aria-invalid] { border-color: light-dark(#b42318, #fda29b) }
input[type=file] { font-size: .9rem }
::file-selector-button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .7rem; margin-right: .6rem; cursor: pointer }
:is(input, select, textarea, summary, pre):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.scheme { display: grid; gap: .35rem }
.sign-in { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .5rem; align-items: end }
.sign-in button { margin: 0; padding: .5rem 1rem; align-self: end; font-size: .95rem }
.sign-in .problem { grid-column: 1 / -1 }
html { scroll-padding-bottom: 5rem }
.submit { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .5rem 0 0; padding: .5rem 0; position: sticky; bottom: 0; background: var(--card) }
.send { margin: 0; padding: .5rem 1.6rem; font-size: 1rem; font-weight: 600; color: light-dark(#fff, #08211e); background: var(--accent); border-color: var(--accent) }
.problem { color: light-dark(#b42318, #fda29b); margin: .3rem 0 0; font-size: .9rem; overflow-wrap: anywhere }
.problem:empty { display: none }
#content > .problem { margin-bottom: .8rem }
.work { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; align-items: start }
@media (min-width: 75rem) {
  .work { grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr) }
  .response { position: sticky; top: 1rem; max-height: calc(100dvh - 2rem); overflow-y: auto }
}
@media (min-width: 56.01rem) { .columns nav { position: sticky; top: 1rem; max-height: calc(100dvh - 2rem); overflow-y: auto; padding: 3px } }
.columns nav .field { position: sticky; top: -3px; padding: .3rem 0; background: var(--ground) }
.response { display: grid; grid-template-columns: minmax(0, 1fr); gap: .6rem; min-width: 0 }
.response > p { margin: 0 }
.response pre { max-height: 28rem; overflow: auto }
.outcome .hint { margin-left: .75rem }
.status { font-size: 1.15rem; color: var(--accent) }
.s4 { color: light-dark(#92400e, #fbbf24) }
.s5, .bad { color: light-dark(#b42318, #fda29b) }
.violations { margin: 0; padding-left: 1.1rem; overflow-wrap: anywhere }
.languages { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9rem }
[hidden] { display: none !important }
@media (max-width: 56rem) {
  .columns { grid-template-columns: minmax(0, 1fr); gap: 1rem }
  form { padding: .9rem .75rem }
}
`
