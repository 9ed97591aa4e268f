// Builds a search index, asks it all questions, and prints the figures as JSON. Run with `--expose-gc`.
import { questions } from '../test/search/questions.ts'

const contenders = {
  /** Returns the function that searches. */
  async ours() {
    const { loadSearch } = await import('../src/search/index.ts')
    const { searchDocs } = await loadSearch()
    return (question, variant) => searchDocs(question, { ...(variant && { variant }) })
  },
  /** Orama with the segmenter of the platform, because its tokenizers have no Korean. Titles weigh more. */
  async orama() {
    const { create, insertMultiple, search } = await import('@orama/orama')
    const { readEntries } = await import('../src/search/read-entries.ts')
    const segmenter = new Intl.Segmenter('ko', { granularity: 'word' })
    const tokenize = (text) =>
      [...segmenter.segment(text.toLowerCase())].filter((word) => word.isWordLike).map((word) => word.segment)
    const names = ['title', 'section', 'description', 'text', 'variant']
    const index = create({
      schema: Object.fromEntries(names.map((name) => [name, name === 'variant' ? 'enum' : 'string'])),
      components: { tokenizer: { language: 'english', normalizationCache: new Map(), tokenize } },
    })
    await insertMultiple(index, await readEntries())
    return (term, variant) =>
      search(index, {
        term,
        properties: names.slice(0, -1),
        boost: { title: 4, section: 3, description: 2 },
        threshold: 1,
        tolerance: 1,
        limit: 10,
        ...(variant && { where: { variant: { eq: variant } } }),
      }).hits.map(({ document }) => document)
  },
}

const matches = (result, { guide, operation, error }) =>
  guide
    ? result.topic === guide
    : operation
      ? result.kind === 'operation' && result.operations[0] === operation
      : result.kind === 'error' && result.title === error

const usedMB = () => {
  globalThis.gc()
  return process.memoryUsage().heapUsed / 1e6
}
const memory = usedMB()
const start = performance.now()
const ask = await contenders[process.argv[2]]()
const build = performance.now() - start
const megabytes = usedMB() - memory

const rounds = 3
const times = []
let right = 0
for (let round = 0; round < rounds; round++) {
  for (const { question, variant, answeredBy, expected } of questions) {
    const asked = performance.now()
    const results = ask(question, variant)
    // The first round compiles the code.
    if (round > 0) times.push(performance.now() - asked)
    else if (
      results
        .slice(0, 3)
        .some(
          (result) =>
            (!answeredBy || result.variant === answeredBy) && expected.some((one) => matches(result, one)),
        )
    )
      right++
  }
}
times.sort((a, b) => a - b)
const p99 = times[Math.floor(times.length * 0.99)]
console.log(JSON.stringify({ build, megabytes, p99, right: right / questions.length }))
