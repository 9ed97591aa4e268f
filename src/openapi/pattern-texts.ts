import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { readPattern } from './pattern.ts'

/** How many variants of a text are tried. Variants differ in their first choices first. */
const variants = 60

/**
 * Builds texts for a pattern: the simplest one first, and then ones with other choices. Look-aheads are
 * satisfied by trial, so that callers check the texts.
 * @param source a regular expression, as in JSON Schema
 * @param minLength how long the texts are at least, if the pattern permits it
 */
export function* patternTexts(source: string, minLength: number): Iterable<string> {
  const flags = readPattern(source)?.flags
  if (flags === undefined) return
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags === 'u' })
  const isMember = membership(flags)
  for (let variant = 0; variant < variants; variant++) {
    const shortest = writeText(pattern, { variant, extra: 0, isMember })
    const missing = minLength - [...shortest.text].length
    const { text, lookaheads } =
      missing > 0 ? writeText(pattern, { variant, extra: missing, isMember }) : shortest
    yield text
    if (lookaheads.length === 0) continue
    const [at = 0] = lookaheads.map(({ index }) => index)
    const inserted = lookaheads.map((lookahead) => lookahead.text).join('')
    const [before, after] = [text.slice(0, at), text.slice(at)]
    yield before + inserted + after
    yield before + inserted + after.slice(inserted.length)
  }
}

interface WriteOptions {
  /** The choices, as the digits of a number. */
  variant: number
  /** How many characters are repeated beyond the shortest text. */
  extra: number
  isMember: (raw: string) => string[]
}

interface Written {
  text: string
  /** The texts that look-aheads ask for, and where. */
  lookaheads: { index: number; text: string }[]
}

function writeText(pattern: AST.Pattern, { variant, extra, isMember }: WriteOptions): Written {
  const lookaheads: Written['lookaheads'] = []
  const groups = new Map<AST.CapturingGroup, string>()
  let text = ''

  function choose(count: number): number {
    const choice = variant % count
    variant = Math.floor(variant / count)
    return choice
  }

  function writeOneOf(alternatives: AST.Alternative[]): void {
    for (const element of alternatives[choose(alternatives.length)]?.elements ?? []) write(element)
  }

  function write(element: AST.Element): void {
    switch (element.type) {
      case 'Character':
        text += String.fromCodePoint(element.value)
        return
      case 'CharacterSet':
      case 'CharacterClass':
      case 'ExpressionCharacterClass': {
        const members = isMember(element.raw)
        text += members[choose(members.length || 1)] ?? ''
        return
      }
      case 'Group':
        writeOneOf(element.alternatives)
        return
      case 'CapturingGroup': {
        const start = text.length
        writeOneOf(element.alternatives)
        groups.set(element, text.slice(start))
        return
      }
      case 'Backreference':
        text += [element.resolved].flat().flatMap((group) => groups.get(group) ?? [])[0] ?? ''
        return
      case 'Quantifier':
        writeRepeated(element)
        return
      case 'Assertion':
        if (element.kind === 'lookahead' && !element.negate) writeLookahead(element)
    }
  }

  function writeRepeated({ element, min, max }: AST.Quantifier): void {
    const count = Math.min(max, min + choose(Math.min(max - min, 2) + 1))
    for (let index = 0; index < max; index++) {
      if (index >= count && extra <= 0) return
      const start = text.length
      write(element)
      if (index < min) continue
      const length = [...text.slice(start)].length
      // Nothing can be repeated endlessly.
      if (length === 0) return
      extra -= length
    }
  }

  function writeLookahead({ alternatives }: AST.LookaheadAssertion): void {
    const index = text.length
    writeOneOf(alternatives)
    lookaheads.push({ index, text: text.slice(index) })
    text = text.slice(0, index)
  }

  writeOneOf(pattern.alternatives)
  return { text, lookaheads }
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index))

/** ASCII, with letters and digits first, which need no escapes anywhere. */
const usualCharacters = [
  ...[range(0x61, 0x7a), range(0x30, 0x39), range(0x41, 0x5a)].flat(),
  ...['-', '_', '.', ...range(0x20, 0x7e).filter((character) => !/[\w.-]/.test(character))],
]

/** Creates a function that lists the characters of a class, usual ones first. */
function membership(flags: string): WriteOptions['isMember'] {
  const known = new Map<string, string[]>()
  return (raw) => {
    const members = known.get(raw) ?? membersOf(new RegExp(`^${raw}$`, flags))
    known.set(raw, members)
    return members
  }
}

function membersOf(matcher: RegExp): string[] {
  const usual = usualCharacters.filter((character) => matcher.test(character))
  if (usual.length > 0) return usual
  const first = range(0, 0xd7ff).find((character) => matcher.test(character))
  return first === undefined ? [] : [first]
}
