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
export async function compareLatencies(
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
  rounds: number,
): Promise<Latencies> {
  const durations: [number[], number[]] = [[], []]
  const measure = async (which: 0 | 1) => {
    const start = performance.now()
    await (which === 0 ? first : second)()
    durations[which].push(performance.now() - start)
  }
  for (let round = 0; round < rounds; round++) {
    const order: (0 | 1)[] = Math.random() < 0.5 ? [0, 1] : [1, 0]
    for (const which of order) await measure(which)
  }
  const [firstTimes, secondTimes] = durations
  let above = 0
  for (const a of firstTimes) for (const b of secondTimes) above += a > b ? 1 : a === b ? 0.5 : 0
  const differences = firstTimes.map((time, round) => time - (secondTimes[round] ?? 0))
  return {
    auc: above / (firstTimes.length * secondTimes.length),
    gap: Math.abs(median(differences)) / median([...firstTimes, ...secondTimes]),
  }
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
