/**
 * The 49,000 most common passwords, in lower case. They take 0.4 MB of code and some 20 ms to unpack, so they are loaded
 * when the first password is set.
 */
let words: Promise<Set<string>> | undefined

async function loadWords(): Promise<Set<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set([...dictionary['passwords-common'], ...absent])
}

/** Common words that the list lacks. */
const absent = ['contraseña', 'login', 'p@ssword', 'twitter', 'woaini1314']

const ending = /[\d!@#$%&*?._-]{0,6}$/
/** One character, or a short sequence, repeated. */
const repetition = /^(.{1,4})\1+.{0,2}$/su
const rows = ['0123456789012345678901234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm']
const runs = rows.flatMap((row) => [row, [...row].reverse().join('')])

/**
 * Tells whether many people would choose this password: a common one, in upper or lower case, with up to six digits or
 * signs appended; a repetition; or part of a keyboard row or the alphabet, forwards or backwards.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  const plain = password.toLowerCase()
  if (plain.length <= 20 && repetition.test(plain)) return true
  if (runs.some((run) => run.includes(plain))) return true
  words ??= loadWords()
  const common = await words.catch((error) => {
    // The next call tries again.
    words = undefined
    throw error
  })
  return common.has(plain) || common.has(plain.replace(ending, ''))
}
