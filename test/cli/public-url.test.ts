import { describe, expect, it } from 'vitest'
import { start } from './child.ts'
import { run } from './run.ts'

describe('start --public-url', () => {
  it('prints the URL in place of that on which it listens', async () => {
    const publicUrl = 'http://localhost:8999'
    const hub = start(['start', '--memory', '--port', '0', '--public-url', `${publicUrl}/`])
    await hub.prints(/Press Ctrl\+C/)
    expect(hub.output()).toContain(`ready: ${publicUrl}\n`)
    expect(hub.output()).toContain(`${publicUrl}/sandbox/bedrud\n`)
  })

  it.each(['auth.example.com', 'https://auth.example.com/auth'])(
    'rejects %s with one sentence',
    async (url) => {
      const { code, stderr } = await run(['start', '--public-url', url])
      expect([code, stderr]).toEqual([
        1,
        `error: option '--public-url <url>' argument '${url}' is invalid. Pass an http or https URL without a path, such as https://auth.example.com.\n`,
      ])
    },
  )
})
