import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from './process.ts'
import { type Figure, median, megabytes, milliseconds, times } from './table.ts'

interface SearchFigures {
  /** The time to read and index all entries, in milliseconds. */
  build: number
  megabytes: number
  /** In milliseconds. */
  p99: number
  /** The share of questions with an expected result among the first three. */
  right: number
}

const rounds = 3

/** Compares documentation search with Orama on the same entries and questions. */
export async function measureSearch(): Promise<Figure[]> {
  const ours = await measure('ours')
  const peer = await measure('orama')
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const compare = (key: keyof SearchFigures, format: (value: number) => string) => ({
    ours: format(ours[key]),
    peer: `${format(peer[key])} (Orama)`,
    ratio: times(ours[key] / peer[key]),
  })
  return [
    {
      what: 'search index of all contracts and guides, read and built',
      ...compare('build', milliseconds),
      goal: 'at most 600 ms',
      met: ours.build <= 600,
    },
    {
      what: 'search index, heap',
      ...compare('megabytes', megabytes),
      goal: 'under 20 MB',
      met: ours.megabytes < 20,
    },
    {
      what: 'search_docs, p99',
      ...compare('p99', (value) => `${value.toFixed(1)} ms`),
      goal: 'under 20 ms',
      met: ours.p99 < 20,
    },
    {
      what: 'search_docs, questions with the right result among the first three',
      ...compare('right', percent),
      goal: 'at least 95 %',
      met: ours.right >= 0.95,
    },
  ]
}

/** Returns the medians of several processes. */
async function measure(contender: 'ours' | 'orama'): Promise<SearchFigures> {
  const results: SearchFigures[] = []
  for (let round = 0; round < rounds; round++) {
    const args = ['--expose-gc', 'bench/search-contender.js', contender]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
    results.push(JSON.parse(stdout))
  }
  const of = (key: keyof SearchFigures) => median(results.map((result) => result[key]))
  return { build: of('build'), megabytes: of('megabytes'), p99: of('p99'), right: of('right') }
}
