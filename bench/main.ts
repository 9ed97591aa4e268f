import { measureBkendMe } from './bkend-me.ts'
import { measureClient } from './client.ts'
import { measureConformance } from './conformance.ts'
import { measureCpu } from './cpu.ts'
import { measureGenerate } from './generate.ts'
import { measureHub } from './hub.ts'
import { measureIsolation } from './isolation.ts'
import { measureMemory } from './memory.ts'
import { measureMillion } from './million.ts'
import { measureMockStart, measureMockThroughput } from './mock.ts'
import { measurePostgres } from './postgres.ts'
import { measureReady } from './ready.ts'
import { measureRequestLog } from './request-log.ts'
import { measureSearch } from './search.ts'
import { measureSessionCheck } from './session-check.ts'
import { measureSignInFlood } from './sign-in-flood.ts'
import { measureSignIn } from './sign-in-rate.ts'
import { measureSnippets } from './snippets.ts'
import { type Figure, printTable } from './table.ts'
import { measureTesting } from './testing.ts'
import { measureWorkers } from './workers.ts'

const benchmarks: Record<string, () => Promise<Figure[]>> = {
  generate: measureGenerate,
  search: measureSearch,
  'mock-start': measureMockStart,
  'mock-throughput': measureMockThroughput,
  client: measureClient,
  'session-check': measureSessionCheck,
  'bkend-me': measureBkendMe,
  cpu: measureCpu,
  'request-log': measureRequestLog,
  'sign-in': measureSignIn,
  'sign-in-flood': measureSignInFlood,
  million: measureMillion,
  memory: measureMemory,
  hub: measureHub,
  isolation: measureIsolation,
  ready: measureReady,
  workers: measureWorkers,
  conformance: measureConformance,
  postgres: measurePostgres,
  snippets: measureSnippets,
  testing: measureTesting,
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name))
if (unknown.length > 0) {
  console.error(
    `Unknown benchmark "${unknown.join('", "')}". Available: ${Object.keys(benchmarks).join(', ')}.`,
  )
  process.exit(1)
}

const figures: Figure[] = []
for (const [name, measure] of Object.entries(benchmarks)) {
  if (names.length > 0 && !names.includes(name)) continue
  const start = performance.now()
  console.error(`${name} ...`)
  figures.push(...(await measure()))
  console.error(`${name}: ${Math.round((performance.now() - start) / 1000)} s`)
}
printTable(figures)
process.exitCode = figures.every(({ met }) => met !== false) ? 0 : 1
