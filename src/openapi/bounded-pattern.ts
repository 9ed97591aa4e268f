// Not imported, because contracts are also read in browsers, where nothing interrupts a test.
const nodeModule = globalThis.process?.getBuiltinModule

// Why not re2js or a list of dangerous patterns: RE2 reads some patterns of JavaScript differently, such as
// `\s` and `.`, and a list reports harmless patterns and misses others. The engine has both remedies itself.

/** Up to this length, even bad patterns such as `^(?=a)(a|a|a|a|a|a|a|a)*$` take milliseconds. */
const shortText = 8

const timeoutMs = 1000

/**
 * A regular expression that does not block the process, whatever its pattern and text (ReDoS): V8 matches it
 * in linear time, or else, such as with look-ahead and back-references, for one second at most. All texts for
 * the same pattern that the process matches without a pause, such as those of a request, share this second.
 */
export class BoundedPattern extends RegExp {
  readonly #onSlow: (reason: string) => boolean
  #linear: RegExp | undefined | null = null

  /** @param onSlow returns the result for a text that takes too long, or throws. False by default. */
  constructor(source: string, flags: string, onSlow: (reason: string) => boolean = () => false) {
    super(source, flags)
    this.#onSlow = onSlow
  }

  override test(text: string): boolean {
    if (this.#linear === null) this.#linear = toLinear(this)
    // Without Unicode mode, which the linear engine lacks, a surrogate pair counts as two characters.
    if (this.#linear && !/[\ud800-\udfff]/.test(text)) return this.#linear.test(text)
    if (text.length <= shortText) return super.test(text)
    return (
      testBounded(this.source, () => super.test(text)) ??
      this.#onSlow(`The pattern ${this.source} takes more than ${timeoutMs / 1000} s`)
    )
  }
}

/** Returns the expression for the linear engine of V8; undefined if that cannot run it. */
function toLinear({ source }: RegExp): RegExp | undefined {
  // These mean something else without Unicode mode.
  if (/\\(?:[pPk]|u\{)/.test(source)) return undefined
  try {
    // This only allows the flag `l`; other expressions run as before. It must stay, because V8 compiles lazily.
    nodeModule?.('node:v8').setFlagsFromString('--enable-experimental-regexp-engine')
    return new RegExp(source, 'l')
  } catch {
    return undefined
  }
}

const place = Symbol.for('auth-contracts.bounded')
const code = 'globalThis[Symbol.for("auth-contracts.bounded")]()'

/** How long the patterns, by their source, have taken in the current turn of the event loop. */
const spentMs = new Map<string, number>()

/**
 * Runs a test, which only a timeout of `node:vm` can interrupt. Undefined if the pattern takes too long, now
 * or before in the turn.
 */
function testBounded(source: string, test: () => boolean): boolean | undefined {
  if (!nodeModule) return test()
  const timeout = Math.ceil(timeoutMs - (spentMs.get(source) ?? 0))
  if (timeout <= 0) return undefined
  // The timeout itself costs a millisecond, which does not count.
  const timed = () => {
    const start = performance.now()
    const result = test()
    spend(source, performance.now() - start)
    return result
  }
  try {
    Object.assign(globalThis, { [place]: timed })
    return nodeModule('node:vm').runInThisContext(code, { timeout })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    spend(source, timeoutMs)
    return undefined
  } finally {
    Reflect.deleteProperty(globalThis, place)
  }
}

function spend(source: string, ms: number): void {
  if (spentMs.size === 0) setImmediate(() => spentMs.clear())
  spentMs.set(source, (spentMs.get(source) ?? 0) + ms)
}

/**
 * Tells whether a pattern surely takes linear time, as most do: without alternatives, back-references and
 * repeated groups, and with at most one part of variable length, which is anchored.
 */
export function isSurelyFast(source: string): boolean {
  if (/\\[1-9k]/.test(source)) return false
  const outline = source.replaceAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]/g, 'x')
  const variable = outline.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0
  const optional = outline.match(/\?/g)?.length ?? 0
  return (
    !/\||\)[*+?{]|\(\?[=!<]/.test(outline) && optional <= 3 && variable <= (outline.startsWith('^') ? 1 : 0)
  )
}
