import { type Command, InvalidArgumentError } from 'commander'
import { type Delay, delayForm, parseDelay } from '../mock/delay.ts'
import { isHostPattern } from '../server/hosts.ts'
import type { ListenOptions } from '../server/listen.ts'

/** The values of `--port` and `--host`. */
export interface AddressOptions {
  host: string
  port?: number
}

/** Where to listen. */
export interface Address extends ListenOptions {
  /** Whether the next free port will do, because the user has named none. */
  canMove: boolean
}

/**
 * Returns where to listen: at `--port`, the environment variable `PORT`, or the default port.
 * @throws {UserError} if `PORT` is invalid
 */
export async function chooseAddress({ host, port }: AddressOptions, defaultPort: number): Promise<Address> {
  const { readPort } = await import('../server/config.ts')
  const fromEnvironment = readPort()
  const named = port ?? fromEnvironment
  return { host, port: named ?? defaultPort, canMove: named === undefined }
}

/** Adds the options `--port` and `--host` to a command. */
export function withListenOptions(command: Command, defaultPort: number): Command {
  return command
    .option(
      '-p, --port <number>',
      `port to listen on; 0 picks a free one (default: PORT, or ${defaultPort})`,
      parsePort,
    )
    .option('--host <address>', 'IP address to listen on; 0.0.0.0 means all interfaces', '127.0.0.1')
}

/** Adds the option `--allow-host` to a command. */
export function withHostOption(command: Command): Command {
  return command.option(
    '--allow-host <name>',
    'further host name of the server, such as auth or *.tunnel.example; can be repeated',
    collectHosts,
    [],
  )
}

function collectHosts(name: string, earlier: string[]): string[] {
  if (isHostPattern(name)) return [...earlier, name]
  throw new InvalidArgumentError('Pass a host name without a port, such as auth or *.tunnel.example.')
}

/** Adds the options `--data` and `--memory` to a command. */
export function withDataOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'folder of the databases; created if missing', './.data')
    .option('--memory', 'keep all data in memory; it is lost when the process ends')
}

/** Adds the option `--delay` of mocks to a command. */
export function withDelayOption(command: Command): Command {
  return command.option(
    '--delay <ms>',
    'delay of each response of a mock in milliseconds, or a range such as 100-500',
    readDelay,
  )
}

function readDelay(text: string): Delay {
  const delay = parseDelay(text)
  if (delay) return delay
  throw new InvalidArgumentError(`Pass ${delayForm}.`)
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('Pass a whole number from 0 to 65535.')
}
