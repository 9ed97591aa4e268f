/**
 * A measurement with that of a peer. `ratio` is ours divided by the peer's. Figures without a goal only
 * inform.
 */
export type Figure = {
  what: string
  ours: string
  peer: string
  ratio: string
} & ({ goal: string; met: boolean } | { goal?: undefined; met?: undefined })

/**
 * Returns the median, which is the mean of the middle two for an even number of samples.
 * @throws {Error} if there are no samples
 */
export function median(samples: number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]]
  if (low === undefined || high === undefined) throw new Error('There are no samples.')
  return (low + high) / 2
}

/** Prints figures as a Markdown table. */
export function printTable(figures: Figure[]): void {
  const header = ['what', 'ours', 'peer', 'ratio', 'goal', 'met']
  const rows = figures.map(({ what, ours, peer, ratio, goal = '', met }) => [
    ...[what, ours, peer, ratio, goal],
    met === undefined ? '' : met ? 'yes' : 'NO',
  ])
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  console.log([line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'))
}

export const microseconds = (value: number): string => `${value.toFixed(1)} µs`
export const milliseconds = (value: number): string => `${Math.round(value)} ms`
export const megabytes = (value: number): string => `${Math.round(value)} MB`
export const perSecond = (value: number): string => `${Math.round(value)} req/s`
export const times = (value: number): string => `${value.toFixed(2)}x`
