import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Entry, RequestLog } from './log.ts'

/** Entries per event, and the pause after each, so that judging leaves time for the requests themselves. */
const batchSize = 50
const pauseMs = 50

/** Comments keep the connection open, and tell when the page is gone. */
const keepAliveMs = 15_000

/**
 * Streams the log as Server-Sent Events: `requests` with new entries, and `clear` when the page must forget
 * all others. The id of an event is the position in the log, from which browsers continue after a break.
 * @param position where to start, as in the last event; at the beginning if it is unknown
 * @param write describes entries for the event
 * @param signal ends the stream
 */
export function streamLog(
  c: Context,
  log: RequestLog,
  {
    position,
    write,
    signal,
  }: { position: string; write: (entries: Entry[]) => Promise<object>; signal: AbortSignal },
): Response {
  const response = streamSSE(c, async (stream) => {
    let [epoch = '', last = 0] = readPosition(position)
    stream.onAbort(log.wake)
    await stream.write(': connected\n\n')
    while (!stream.aborted && !signal.aborted) {
      if (epoch !== log.epoch()) {
        epoch = log.epoch()
        last = 0
        await stream.writeSSE({ event: 'clear', data: '', id: positionOf(epoch, last) })
      }
      const entries = log.after(last).slice(0, batchSize)
      const newest = entries.at(-1)
      if (newest) {
        last = newest.id
        const data = JSON.stringify(await write(entries))
        await stream.writeSSE({ event: 'requests', data, id: positionOf(epoch, last) })
        await stream.sleep(pauseMs)
      } else if (!(await log.change(keepAliveMs))) await stream.write(': still here\n\n')
    }
  })
  response.headers.set('cache-control', 'no-store')
  return response
}

/** Writes a position in the log. */
export const positionOf = (epoch: string, id: number): string => `${epoch}.${id}`

function readPosition(text: string): [epoch: string, id: number] {
  const [, epoch = '', id = '0'] = /^([\w-]+)\.(\d+)$/.exec(text) ?? []
  return [epoch, Number(id)]
}
