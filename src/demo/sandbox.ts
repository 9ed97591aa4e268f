import type { paths } from '../../generated/_dev/types.ts'

type Body<Path extends keyof paths> = paths[Path] extends {
  post: { requestBody?: { content: { 'application/json': infer Json } } }
}
  ? Partial<Json>
  : never

/** Calls a development control of the sandbox. */
async function control<Path extends '/__dev/clock' | '/__dev/faults'>(
  base: string,
  path: Path,
  body: Body<Path>,
) {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`The sandbox responded with ${response.status}: ${await response.text()}`)
  return response.json()
}

/** Moves the clock of the sandbox. */
export const advanceClock = (base: string, advanceSeconds: number) =>
  control(base, '/__dev/clock', { advanceSeconds })

/** Returns the current time of the sandbox in milliseconds. */
export async function readClock(base: string): Promise<number> {
  const { now } = await advanceClock(base, 0)
  return Date.parse(now)
}

/** Makes the next call of an operation fail. */
export const failNext = (base: string, operationId: string, status: number) =>
  control(base, '/__dev/faults', { operationId, status, times: 1 })
