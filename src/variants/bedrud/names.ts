/** Control characters, and the special characters of HTML. */
const unwanted = /[\p{Cc}<>&"']/gu
const minLength = 2

/** Removes special characters, because the vendor's clients show names without escaping them. */
export function cleanName(name: string): string {
  return name.replace(unwanted, '')
}

/** Checks the minimum length of a cleaned name. The schema limits its maximum length. */
export function isLongEnough(cleanedName: string): boolean {
  return [...cleanedName].length >= minLength
}
