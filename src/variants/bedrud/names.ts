/** Without control characters, and without what could begin markup in a page that is careless with it. */
export const cleanName = (name: string): string => name.replace(/[\p{Cc}<>&"']/gu, '').trim()

/** In code points. */
export const isLongEnough = (name: string): boolean => [...name].length >= 2
