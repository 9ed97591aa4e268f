import { AuthError } from './errors.ts'

/**
 * Unicode's Default_Ignorable_Code_Point, which includes all of Bidi_Control: characters that are not
 * displayed or that reorder text. UTS 39, section 3.1, and RFC 8264, section 9.13, exclude them from
 * identifiers, because they make different texts look alike. Some are letters or marks, such as U+3164.
 */
const invisible = /\p{Default_Ignorable_Code_Point}/u

// These texts need such characters: emoji, and Arabic and Indic spelling with joiners (RFC 5892, appendix A).
const emoji = /\p{RGI_Emoji}/gv
const letters = ['Arab', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh']
  .map((script) => `\\p{Script=${script}}`)
  .join('')
const joiners = new RegExp(`(?<=[${letters}])[\\u200C\\u200D](?=[${letters}])`, 'gu')

/** Whether an identifier, such as an email, has a character that is not displayed. */
export function hasInvisible(identifier: string): boolean {
  return invisible.test(identifier)
}

/** Whether a display name has a character that is not displayed, except where emoji or spelling need it. */
export function hasInvisibleInName(name: string): boolean {
  return invisible.test(name) && invisible.test(name.replace(emoji, '').replace(joiners, ''))
}

/**
 * Rejects display names that imitate other names.
 * @throws {AuthError} invalidName
 */
export function assertVisibleName(name: string): void {
  if (hasInvisibleInName(name)) throw new AuthError('invalidName')
}

/** Removes what `assertVisibleName` rejects, for names from other systems. */
export function toVisibleName(name: string): string {
  return hasInvisibleInName(name) ? name.replace(/\p{Default_Ignorable_Code_Point}/gu, '') : name
}
