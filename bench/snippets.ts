import { readFileSync } from 'node:fs'
import { contractUrl, variantNames } from '../generated/index.ts'
import { generateCode, languages, loadFlows, namesOf } from '../src/snippets/index.ts'
import { type Figure, milliseconds } from './table.ts'

const rounds = 20

/** Measures the generation of code for all operations and flows of all APIs in all languages. */
export async function measureSnippets(): Promise<Figure[]> {
  const tasks: (() => unknown)[] = []
  for (const variant of variantNames) {
    const document = JSON.parse(readFileSync(contractUrl(variant), 'utf8'))
    const flows = await loadFlows(variant)
    const names = namesOf(document, flows)
    for (const { id: lang } of languages) {
      const input = { document, variant, lang, baseUrl: `http://localhost:4000/sandbox/${variant}` }
      tasks.push(...names.operations.map((operationId) => () => generateCode({ ...input, operationId })))
      tasks.push(...names.flows.map((flow) => () => generateCode({ ...input, flows, flow })))
    }
  }
  const samples = Array.from({ length: rounds }, () => tasks.map(time)).flat()
  const p99 = samples.toSorted((a, b) => a - b)[Math.floor(samples.length * 0.99)] ?? 0
  return [
    {
      what: `code of an operation or flow, p99 of ${tasks.length}`,
      ours: `${p99.toFixed(2)} ms`,
      peer: 'none',
      ratio: '',
      goal: `under ${milliseconds(10)}`,
      met: p99 < 10,
    },
  ]
}

function time(task: () => unknown): number {
  const start = performance.now()
  task()
  return performance.now() - start
}
