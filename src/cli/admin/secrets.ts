import { Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../../common/user-error.ts'

/** Touches no data: secrets are where the environment of the servers is kept. */
export function rotateSecretsCommand(): Command {
  return new Command('rotate-secrets')
    .description('make the next value of SECRETS, without signing anybody out')
    .addOption(
      new Option('--keep <number>', 'how many of the present secrets stay good')
        .argParser(parseKeep)
        .default(1)
        .conflicts(['prepare', 'promote']),
    )
    .addOption(new Option('--prepare', 'first of two steps: accept a new one').conflicts('promote'))
    .option('--promote', 'second of two steps: sign with the last one')
    .option('--json', 'tell programs what came of it')
    .addHelpText(
      'after',
      `
Reads SECRETS of the environment and prints its next value: a new secret, which signs from now on, and the present ones,
which are still accepted. Give it to the server and restart it. Rotate again, with --keep 0, when nothing that was signed
before has to be good any longer: that is the lifetime of a session of the API.

Of several servers, those that were not restarted yet would refuse what the first ones sign with the new secret. There,
rotate in two steps, and restart all of them after each: --prepare adds a secret that is accepted, --promote signs with it.

Examples:
  SECRETS=... npx auth-contracts admin rotate-secrets
  SECRETS=... npx auth-contracts admin rotate-secrets --prepare
  SECRETS=... npx auth-contracts admin rotate-secrets --promote`,
    )
    .action(rotate)
}

interface Options {
  keep: number
  prepare?: boolean
  promote?: boolean
  json?: boolean
}

async function rotate({ keep, prepare, promote, json }: Options): Promise<void> {
  const [{ variables }, { prepareRotation, promoteNewest, rotateSecrets }] = await Promise.all([
    import('../../server/variables.ts'),
    import('../../server/administration/secrets.ts'),
  ])
  const { data: present } = variables.SECRETS.schema.safeParse(process.env.SECRETS ?? '')
  if (!present)
    throw new UserError(
      process.env.SECRETS
        ? `SECRETS must be ${variables.SECRETS.form}.`
        : 'SECRETS is not set, so there is nothing to rotate. A first one: openssl rand -base64 32',
    )
  if (promote && present.length < 2)
    throw new UserError('SECRETS holds one secret alone: first --prepare, and restart all servers with that.')
  const next = prepare
    ? prepareRotation(present)
    : promote
      ? promoteNewest(present)
      : rotateSecrets(present, keep)
  console.log(json ? JSON.stringify({ secrets: next }) : next.join(','))
}

function parseKeep(text: string): number {
  if (/^\d$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number from 0 to 9.')
}
