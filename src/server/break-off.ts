import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Closes a connection in the middle of its response.
 * @param bytes how much of the body to send; 0 sends nothing at all, not even the status
 */
export function breakOff({ socket }: IncomingMessage, outgoing: ServerResponse, bytes: number): void {
  if (bytes === 0) socket.resetAndDestroy()
  else sendAtMost(outgoing, bytes)
}

function sendAtMost(outgoing: ServerResponse, bytes: number): void {
  const write = outgoing.write.bind(outgoing)
  let left = bytes
  const send = (chunk: unknown): boolean => {
    if (left === 0) return true
    const part = toBuffer(chunk).subarray(0, left)
    left -= part.length
    return write(part, () => {
      if (left === 0) outgoing.destroy()
    })
  }
  Object.assign(outgoing, {
    write: send,
    end(chunk?: unknown) {
      if (chunk !== undefined) send(chunk)
      if (left > 0) outgoing.destroy()
      return outgoing
    },
  })
}

const toBuffer = (chunk: unknown) =>
  typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk as Uint8Array)
