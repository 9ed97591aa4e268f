/** The name of the development controls where APIs have theirs: in the docs, their paths and the search. */
export const controls = 'controls'
