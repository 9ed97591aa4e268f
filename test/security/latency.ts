export interface Latencies {
  /** How well the two can be told apart by time alone: 0.5 is not at all, 0 and 1 are always. */
  auc: number
  /** Medians, in milliseconds. */
  medians: [number, number]
}

/** Measures two ways to ask, interleaved at random so that whatever else the machine does hits both. */
export async function separation(
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
  rounds: number,
): Promise<Latencies> {
  const taken: [number[], number[]] = [[], []]
  const measure = async (which: 0 | 1) => {
    const since = performance.now()
    await (which === 0 ? first : second)()
    taken[which].push(performance.now() - since)
  }
  for (let round = 0; round < rounds; round++) {
    const order: (0 | 1)[] = Math.random() < 0.5 ? [0, 1] : [1, 0]
    for (const which of order) await measure(which)
  }
  const [slower, faster] = taken
  let above = 0
  for (const one of slower) for (const other of faster) above += one > other ? 1 : one === other ? 0.5 : 0
  return { auc: above / (slower.length * faster.length), medians: [medianOf(slower), medianOf(faster)] }
}

/** The gap between the medians, as part of the larger one. */
export const medianGap = ({ medians: [first, second] }: Latencies): number =>
  Math.abs(first - second) / Math.max(first, second)

const medianOf = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
