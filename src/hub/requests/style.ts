/** The rules of the page. */
export const style = `
#requests { gap: .4rem }
.request { padding: 0; border-radius: 8px }
summary { padding: .55rem .9rem; cursor: pointer; border-radius: 8px; list-style: none; display: grid; gap: .1rem }
summary::-webkit-details-marker { display: none }
summary:hover .path { text-decoration: underline }
.line { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline; min-width: 0 }
.path { overflow-wrap: anywhere; min-width: 0 }
.soft { color: var(--soft); font-size: .8125rem }
.status { font-weight: 700; font-variant-numeric: tabular-nums; color: var(--accent) }
.s4 { color: light-dark(#92400e, #fbbf24) }
.s0, .s5, .bad { color: light-dark(#b42318, #fda29b) }
.bad { font-weight: 600 }
.details { padding: 0 .9rem .9rem; border-top: 1px solid var(--line); overflow-wrap: anywhere }
.details:empty { display: none }
.details .reveal { margin: .7rem 0 0 }
.details h2 { font-size: .95rem; margin: .9rem 0 .3rem }
.details pre.text { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: .55rem .8rem; max-height: 24rem; overflow: auto; margin: 0 0 .5rem; white-space: pre-wrap }
.details .copyable pre { max-height: 18rem; overflow: auto }
.violations { margin: 0; padding-left: 1.1rem }
.violations .label { margin: .1rem 0 .4rem }
`
