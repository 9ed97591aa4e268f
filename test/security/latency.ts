export interface Latencies {
  /** How well the two can be told apart by time alone: 0.5 is not at all, 0 and 1 are always. */
  auc: number
  /** Between the two when asked in turn: the median, as part of the time that an answer takes. */
  gap: number
}

/**
 * Measures two ways to ask in turn, in random order: whatever else the machine does meanwhile hits both.
 * @param rounds how often each is asked
 */
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
  const [these, those] = taken
  let above = 0
  for (const one of these) for (const other of those) above += one > other ? 1 : one === other ? 0.5 : 0
  const differences = these.map((one, round) => one - (those[round] ?? 0))
  return {
    auc: above / (these.length * those.length),
    gap: Math.abs(medianOf(differences)) / medianOf([...these, ...those]),
  }
}

const medianOf = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
