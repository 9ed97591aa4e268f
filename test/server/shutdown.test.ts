import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'

const children: ReturnType<typeof spawn>[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const start = async (...args: string[]) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'shutdown.child.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const exit = once(child, 'exit')
  const lines: { msg: string; port?: number; step?: string }[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)))
  const messages = () => lines.map(({ msg }) => msg)
  await expect.poll(messages).toContain('listening')
  const url = `http://127.0.0.1:${lines.find(({ port }) => port)?.port}`
  return { child, exit, messages, url }
}

describe('SIGTERM', () => {
  it('completes accepted requests, rejects new connections, runs all steps and exits with status 0', async () => {
    const { child, exit, messages, url } = await start('0', '3000')
    const accepted = fetch(url)
    await expect.poll(messages).toContain('accepted')
    child.kill('SIGTERM')
    await expect.poll(messages).toContain('stopping')
    const inTime = await fetch(url)
    expect(inTime.headers.get('Connection')).toBe('close')
    expect(await (await accepted).text()).toBe('done')
    expect(await inTime.text()).toBe('done')
    await expect.poll(() => fetch(url).then(({ text }) => text, String)).toContain('TypeError')
    expect(await exit).toEqual([0, null])
    expect(messages().slice(-2)).toEqual(['store closed', 'stopped'])
  })

  it('aborts no request of busy clients', async () => {
    const { child, exit, messages, url } = await start()
    const isRefused = (error: unknown) =>
      error instanceof Error && error.cause instanceof Error && error.cause.message.includes('ECONNREFUSED')
    const client = async () => {
      for (;;) {
        const response = await fetch(url).catch((error: Error) => error)
        if (isRefused(response)) return 'refused'
        if (response instanceof Error || (await response.text()) !== 'done') return response
      }
    }
    const clients = Array.from({ length: 20 }, client)
    await expect.poll(messages).toContain('accepted')
    child.kill('SIGTERM')
    expect(new Set(await Promise.all(clients))).toEqual(new Set(['refused']))
    expect(await exit).toEqual([0, null])
  })

  it('closes the connection of a client that sends an endless request', async () => {
    const { child, exit, messages, url } = await start('0', '6000')
    const slow = connect(Number(new URL(url).port), '127.0.0.1')
    slow.on('error', () => {})
    slow.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n')
    const drip = setInterval(() => slow.write('x'), 50)
    await expect.poll(messages).toContain('accepted')
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
    clearInterval(drip)
    slow.destroy()
    expect(messages()).toContain('store closed')
  })

  it('runs the remaining steps and exits with status 1 when a step fails', async () => {
    const { child, exit, messages } = await start('1', '10000', 'fails')
    child.kill('SIGTERM')
    expect(await exit).toEqual([1, null])
    expect(messages()).toEqual(expect.arrayContaining(['shutdown step failed', 'store closed']))
  })

  it('exits after the timeout, and immediately on a second signal', async () => {
    const late = await start('600000', '100')
    late.child.kill('SIGTERM')
    expect(await late.exit).toEqual([1, null])
    expect(late.messages()).toContain('shutdown timed out')

    const twice = await start('600000')
    twice.child.kill('SIGTERM')
    await expect.poll(twice.messages).toContain('stopping')
    twice.child.kill('SIGINT')
    expect(await twice.exit).toEqual([1, null])
  })
})
