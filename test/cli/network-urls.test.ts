import { Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { mockCommand } from '../../src/cli/mock.ts'
import { networkUrls } from '../../src/cli/network-urls.ts'
import { startCommand } from '../../src/cli/start.ts'
import { allowedHostnames } from '../../src/server/hosts.ts'

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  networkInterfaces: vi.fn(),
}))

const about = { netmask: '255.255.255.0', mac: '00:00:00:00:00:00', cidr: null }
const ipv4 = { ...about, family: 'IPv4' as const }
const ipv6 = { ...about, family: 'IPv6' as const, scopeid: 0 }
beforeEach(() => {
  vi.mocked(networkInterfaces).mockReturnValue({
    lo: [{ ...ipv4, address: '127.0.0.1', internal: true }],
    eth0: [
      { ...ipv4, address: '192.0.2.5', internal: false },
      { ...ipv6, address: 'fe80::1', internal: false },
    ],
    wlan0: [{ ...ipv4, address: '198.51.100.7', internal: false }],
  })
})

describe('the list of URLs in the network', () => {
  it.each(['0.0.0.0', '::'])(
    'contains the IPv4 addresses of this machine if the server listens on %s',
    (host) => {
      expect(networkUrls(host, 'http://localhost:4000')).toEqual([
        'http://192.0.2.5:4000',
        'http://198.51.100.7:4000',
      ])
    },
  )

  it('is empty if the server listens on one interface', () => {
    for (const host of ['127.0.0.1', 'localhost', '192.0.2.5'])
      expect(networkUrls(host, 'http://localhost:4000')).toEqual([])
  })

  it('contains only URLs that need no --allow-host', () => {
    for (const url of networkUrls('0.0.0.0', 'http://localhost:4000'))
      expect(allowedHostnames('0.0.0.0')(new URL(url).hostname)).toBe(true)
  })
})

const { listen } = Server.prototype

/** Runs a server command in this process, on loopback whatever its `--host`, and returns what it prints. */
async function outputOf(command: ReturnType<typeof startCommand>, args: string[]): Promise<string> {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const before = signals.flatMap((signal) => process.listeners(signal))
  vi.spyOn(Server.prototype, 'listen').mockImplementation(function (
    this: Server,
    ...[port, , done]: never[]
  ) {
    return listen.call(this, { port, host: '127.0.0.1' }, done)
  } as typeof listen)
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(async () => {
    // Servers let the process end without its parent. This one belongs to Vitest.
    process.channel?.ref()
    const stops = new Set(signals.flatMap((signal) => process.listeners(signal)))
    for (const stop of stops) {
      if (before.includes(stop)) continue
      for (const signal of signals) process.off(signal, stop)
      await (stop as () => Promise<void>)()
    }
  })
  await command.parseAsync([...args, '--port', '0'], { from: 'user' })
  return log.mock.calls.join('\n')
}

describe.each([
  ['start', () => startCommand(), ['--memory']],
  ['mock', () => mockCommand(), ['bedrud']],
])('the output of %s', (_, command, args) => {
  const hint = 'Other host names need --allow-host <name>.'

  it('lists the URLs in the network, and when --allow-host is needed, on all interfaces', async () => {
    const output = await outputOf(command(), [...args, '--host', '0.0.0.0'])
    expect(output).toMatch(/On your network: http:\/\/192\.0\.2\.5:\d+, http:\/\/198\.51\.100\.7:\d+\n/)
    expect(output).toContain(hint)
  })

  it('does not mention the network on loopback', async () => {
    const output = await outputOf(command(), args)
    expect(output).toContain('http://localhost:')
    expect(output).not.toContain('network')
    expect(output).not.toContain(hint)
  })
})
