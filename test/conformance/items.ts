import { loadContract } from '../../src/conformance/contract/load.ts'
import { type ConformanceOptions, testConformance } from '../../src/conformance/index.ts'
import type { Report } from '../../src/conformance/report/summary.ts'
import type { AtEnd } from '../cli/child.ts'
import { type Fault, itemContract, startItemServer } from './item-server.ts'

/** Tests a server with a fault by the examples of its contract. The server does not validate requests. */
export async function testItems(
  fault?: Fault,
  options: Partial<ConformanceOptions> = {},
  atEnd?: AtEnd,
): Promise<Report> {
  const { url } = await startItemServer(fault, atEnd)
  return testConformance({
    contract: await loadContract(itemContract),
    url,
    seed: 1,
    packs: ['cases'],
    ...options,
  })
}
