/**
 * Tells whether a text can be 32 or more random bytes, in base64, base64url or hexadecimal digits. No test proves randomness;
 * this one rejects what people type, repeat or copy from examples, and less than one in 10^9 random secrets.
 */
export function looksRandom(text: string): boolean {
  const isHex = /^[\da-f]+$/i.test(text)
  if (!isHex && !/^(?:[\w-]+|[A-Za-z\d+/]+={0,2})$/.test(text)) return false
  const bytes = isHex ? text.length / 2 : Buffer.from(text, 'base64').length
  // Random letters come in both cases, random digits with letters among them.
  const isMixed = isHex ? /\d/.test(text) && /[a-f]/i.test(text) : /[a-z]/.test(text) && /[A-Z]/.test(text)
  return bytes >= 32 && isMixed && new Set(text).size >= 10 && !repeats(text) && !counts(text)
}

/** A shorter text, repeated. */
function repeats(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++)
    if (text.startsWith(text.slice(period))) return true
  return false
}

/** Mostly one character after its neighbour: `0123…`, `zyxw…`, `aaaa…`. */
function counts(text: string): boolean {
  const codes = [...text].map((character) => character.charCodeAt(0))
  const steps = codes.slice(1).filter((code, index) => Math.abs(code - (codes[index] ?? 0)) <= 1)
  return steps.length > text.length / 2
}
