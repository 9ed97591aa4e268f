import { measureClient } from './client.ts'
import { measureGenerate } from './generate.ts'
import { measureMockStart, measureMockThroughput } from './mock.ts'
import { measureSessionCheck } from './session-check.ts'
import { type Figure, printTable } from './table.ts'

const benchmarks: Record<string, () => Promise<Figure[]>> = {
  generate: measureGenerate,
  'mock-start': measureMockStart,
  'mock-throughput': measureMockThroughput,
  client: measureClient,
  'session-check': measureSessionCheck,
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name))
if (unknown.length > 0) {
  console.error(
    `There is no benchmark "${unknown.join('", "')}". Choose from: ${Object.keys(benchmarks).join(', ')}.`,
  )
  process.exit(1)
}

const figures: Figure[] = []
for (const [name, measure] of Object.entries(benchmarks)) {
  if (names.length > 0 && !names.includes(name)) continue
  console.error(`${name} ...`)
  figures.push(...(await measure()))
}
printTable(figures)
process.exitCode = figures.every(({ met }) => met) ? 0 : 1
