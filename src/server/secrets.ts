/**
 * Returns whether a text could be at least 32 random bytes in base64, base64url or hex. Randomness cannot
 * be proven: this check rejects texts that look typed, repeated or copied. It wrongly rejects fewer than one
 * in 10^9 random secrets.
 */
export function looksRandom(text: string): boolean {
  const isHex = /^[\da-f]+$/i.test(text)
  if (!isHex && !/^(?:[\w-]+|[A-Za-z\d+/]+={0,2})$/.test(text)) return false
  const bytes = isHex ? text.length / 2 : Buffer.from(text, 'base64').length
  // Random base64 has letters in both cases, and random hex has digits and letters.
  const isMixed = isHex ? /\d/.test(text) && /[a-f]/i.test(text) : /[a-z]/.test(text) && /[A-Z]/.test(text)
  return bytes >= 32 && isMixed && new Set(text).size >= 10 && !isRepetition(text) && !isSequence(text)
}

/** Returns whether a text is a shorter text repeated. */
function isRepetition(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++)
    if (text.startsWith(text.slice(period))) return true
  return false
}

/** Returns whether most characters are equal or adjacent to the one before: `0123…`, `zyxw…`, `aaaa…`. */
function isSequence(text: string): boolean {
  const codes = [...text].map((character) => character.charCodeAt(0))
  const steps = codes.slice(1).filter((code, index) => Math.abs(code - (codes[index] ?? 0)) <= 1)
  return steps.length > text.length / 2
}
