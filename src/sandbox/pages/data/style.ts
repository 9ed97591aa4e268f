/** Rules of the data page. */
export const style = `
.filters, #generate { display: flex; flex-wrap: wrap; align-items: end; gap: .6rem 1rem; margin-bottom: 1rem }
.filters label, #generate > label { display: grid; gap: .25rem; flex: 1 1 14rem; color: var(--soft); font-size: .8125rem }
input:not([type=checkbox]) {
  width: 100%; padding: .45rem .6rem; color: var(--ink); background: var(--code); border: 1px solid var(--line);
  border-radius: 6px; font: inherit; font-size: .9rem;
}
input:focus-visible, summary:focus-visible, section:focus-visible, #new-key:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.filters button, #generate button, #close, td button[data-sign-in], td button[data-revoke] { align-self: end; margin: 0; padding: .45rem .8rem }
td button[data-sign-in], td button[data-revoke] { padding: .25rem .7rem }
button[aria-disabled=true] { opacity: .6; cursor: progress }
fieldset { flex: 1 1 100%; margin: 0; padding: 0; border: 0; display: flex; flex-wrap: wrap; gap: .3rem 1rem }
legend { color: var(--soft); font-size: .8125rem; padding: 0 }
.choice { display: flex; gap: .35rem; align-items: center }
.choice input { accent-color: var(--accent) }
.hint { color: var(--soft) }
#session { scroll-margin-top: 1rem }
#session .title { justify-content: space-between }
#keys { margin: 1.5rem 0 0; border-top: 1px solid var(--line); padding-top: 1.25rem }
h3 { font-size: 1.05rem; margin: 0 0 .4rem }
#keys > p { color: var(--soft) }
#keys > .problem, .problem { color: var(--ink); padding: .6rem .8rem; border-left: 3px solid light-dark(#b91c1c, #f87171); background: var(--code) }
#key-list { margin-bottom: 1rem }
#new-key { margin-bottom: 1rem; padding: .8rem 1rem; border: 1px solid var(--accent); border-radius: 8px }
#data th:first-child { width: 32% }
#data th:nth-child(2) { width: 25% }
#data th:nth-child(4) { width: 7.5rem }
#data td strong { display: block }
#credentials details { margin-top: .8rem }
details summary { cursor: pointer; color: var(--accent) }
details ul { margin: .2rem 0 .5rem; padding: 0 0 0 .7rem; list-style: none; border-left: 2px solid var(--line) }
details li + li { margin-top: .4rem }
details li span { display: block; color: var(--soft); font-size: .8125rem }
details li span:first-child { color: var(--ink) }
.pages { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem }
`
