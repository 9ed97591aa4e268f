import { type Command, InvalidArgumentError } from 'commander'

/** Gives a command the options `--port` and `--host`. */
export function withAddress(command: Command, defaultPort: number): Command {
  return command
    .option('-p, --port <number>', 'port to listen on; 0 takes a free one', parsePort, defaultPort)
    .option('--host <address>', 'address to listen on; 0.0.0.0 is every one this machine has', '127.0.0.1')
}

/** Gives a command the options `--data` and `--memory`. */
export function withData(command: Command): Command {
  return command
    .option('--data <folder>', 'where the databases are kept, and made when there are none', './.data')
    .option('--memory', 'keep everything in memory, gone with the process', false)
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
}
