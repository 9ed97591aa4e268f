/** How the response times of two requests differ. */
export interface Latencies {
  /** How well time alone distinguishes the two: 0.5 means not better than chance, 0 and 1 mean always. */
  auc: number
  /** The median difference, relative to the median time. */
  gap: number
}

/**
 * Measures two requests alternately and in random order, so that other load on the machine affects both.
 * @param rounds the number of measurements of each
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
