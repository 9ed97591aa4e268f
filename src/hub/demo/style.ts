/** The rules of the sample apps. */
export const style = `
:root { --width: 76rem }
.demo { display: grid; gap: 1.25rem; align-items: start }
.column { display: grid; gap: 1.25rem; min-width: 0 }
@media (min-width: 64rem) { .demo { grid-template-columns: minmax(0, 26rem) minmax(0, 1fr) } }
.card h2 { margin: 0 0 .75rem }
.card h2:focus { outline: none }
.card > h2:not(:first-child) { margin-top: 1.5rem }
.column > section { margin: 0 }
.card > p + .copyable { margin-top: .75rem }
dialog h2 { margin-bottom: .5rem }
h3 { font-size: 1rem; margin: 1.25rem 0 .4rem }
#app section { border-top: 1px solid var(--line); margin: 1.25rem 0 0 }
form { display: grid; gap: .75rem; margin: .75rem 0 }
label { display: grid; gap: .2rem; font-size: .9rem }
label small, .soft { color: var(--soft); font-size: .875rem }
input {
  font: inherit; min-width: 0; padding: .45rem .6rem; color: var(--ink); background: var(--ground);
  border: 1px solid light-dark(#8a979f, #6b7780); border-radius: 6px;
}
input:focus-visible, summary:focus-visible, h2:focus-visible, pre:focus-visible, ol:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
button { padding: .4rem .8rem; margin: 0; font-size: .9rem }
button[aria-disabled=true] { opacity: .6; cursor: progress }
.copyable button { margin: .35rem; padding: .25rem .7rem; font-size: .8125rem }
button.primary { align-self: stretch; color: light-dark(#fff, #06201d); background: var(--accent); border-color: var(--accent); font-weight: 600; padding: .5rem }
button.link { border: 0; background: none; padding: .1rem 0; color: var(--accent); text-decoration: underline; text-underline-offset: .2em; text-align: left }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0 }
.links { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin: .75rem 0 }
.action:has(.problem:not([hidden])) { flex-basis: 100% }
.problem { margin: .5rem 0 0; padding: .5rem .75rem; border-radius: 6px; background: light-dark(#fde8e6, #46201d); color: light-dark(#8a1c12, #ffd0ca); overflow-wrap: anywhere }
form .problem { margin: 0 }
#result { margin: 0; padding: .6rem .9rem; border-left: 4px solid var(--accent); background: var(--card); border-radius: 6px }
#result:empty { display: none }
dl { margin: 0 }
dl div { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: .75rem; padding: .4rem 0; border-top: 1px solid var(--line) }
dt { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
.keys { list-style: none; margin: 0; padding: 0 }
.keys li { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .25rem .75rem; padding: .35rem 0; border-top: 1px solid var(--line) }
.keys code { overflow-wrap: anywhere }
#calls { list-style: none; margin: 0; padding: 0; max-height: 17rem; overflow: auto; font-size: .9rem }
#calls:empty { display: none }
#calls li { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .75rem; padding: .35rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
#calls li:first-child { border-top: 0 }
#calls span { min-width: 0 }
.status { font-weight: 600; font-variant-numeric: tabular-nums }
.s2, .s3 { color: light-dark(#11662c, #7ddf9b) }
.s4, .s5, .failed { color: light-dark(#a3241a, #ffa79d) }
.note { color: light-dark(#5b3a00, #ffd591) }
#step-code pre { max-height: 26rem; overflow: auto }
details { margin-top: .75rem }
summary { cursor: pointer }
details .copyable { margin-top: .5rem }
details pre { max-height: 32rem; overflow: auto }
dialog { width: min(26rem, calc(100vw - 2rem)); color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.4rem }
dialog::backdrop { background: #0008 }
[hidden] { display: none !important }
`
