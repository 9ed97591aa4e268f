/**
 * The 49,000 most common passwords, in lower case. They take 0.4 MB of code and about 20 ms to unpack, so
 * they are imported lazily, when the first password is set.
 */
let words: Promise<Set<string>> | undefined

async function loadWords(): Promise<Set<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set([...dictionary['passwords-common'], ...additions])
}

/** Common passwords that the dictionary lacks. */
const additions = ['contraseña', 'login', 'p@ssword', 'twitter', 'woaini1314']

const suffix = /[\d!@#$%&*?._-]{0,6}$/
/** A repeated character or short sequence. */
const repetition = /^(.{1,4})\1+.{0,2}$/su
const rows = ['0123456789012345678901234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm']
const runs = rows.flatMap((row) => [row, [...row].reverse().join('')])

/**
 * Tells whether a password is easy to guess: a common one in any case, with up to six digits or signs
 * appended; a repetition; or a part of a keyboard row or the alphabet, forwards or backwards.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  const plain = password.toLowerCase()
  if (plain.length <= 20 && repetition.test(plain)) return true
  if (runs.some((run) => run.includes(plain))) return true
  words ??= loadWords()
  const common = await words.catch((error) => {
    // Let the next call retry.
    words = undefined
    throw error
  })
  return common.has(plain) || common.has(plain.replace(suffix, ''))
}
