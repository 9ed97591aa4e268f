/** Control characters, and what means something in HTML. */
const unwanted = /[\p{Cc}<>&"']/gu
const minLength = 2

/** The form in which a name is kept: the vendor's clients show names without escaping them. */
export function cleanName(name: string): string {
  return name.replace(unwanted, '')
}

/** Whether enough is left of a name. How long it may be is in the schema. */
export function isName(clean: string): boolean {
  return [...clean].length >= minLength
}
