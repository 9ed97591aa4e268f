import { Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../../common/user-error.ts'

/** Creates `rotate-secrets`. It changes no data: SECRETS is an environment variable of the servers. */
export function rotateSecretsCommand(): Command {
  return new Command('rotate-secrets')
    .description('print the next value of SECRETS; users stay signed in')
    .addOption(
      new Option('--keep <number>', 'number of current secrets that stay valid')
        .argParser(parseKeep)
        .default(1)
        .conflicts(['prepare', 'promote']),
    )
    .addOption(
      new Option('--prepare', 'step 1 of 2: add a secret that is accepted but does not sign yet').conflicts(
        'promote',
      ),
    )
    .option('--promote', 'step 2 of 2: sign with the added secret')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Reads SECRETS from the environment and prints its next value: a new secret, which signs from now on, followed by the first
--keep current ones, which are still accepted. Set SECRETS to this value and restart the server. Dropping a secret invalidates
every token that it signed, so wait at least one session lifetime before the next rotation. If a secret has leaked, use --keep 0.

With several servers, rotate in two steps and restart all servers after each step. In a single step, servers that are not yet
restarted would reject what the others sign with the new secret.

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
  const { data: current } = variables.SECRETS.schema.safeParse(process.env.SECRETS ?? '')
  if (!current)
    throw new UserError(
      process.env.SECRETS
        ? `SECRETS must be ${variables.SECRETS.form}.`
        : 'SECRETS is not set, so there is nothing to rotate. Create a first one with: openssl rand -base64 32',
    )
  if (promote && current.length < 2)
    throw new UserError(
      'SECRETS contains only one secret. Run with --prepare first, and restart all servers.',
    )
  const next = prepare
    ? prepareRotation(current)
    : promote
      ? promoteNewest(current)
      : rotateSecrets(current, keep)
  console.log(json ? JSON.stringify({ secrets: next }) : next.join(','))
}

function parseKeep(text: string): number {
  if (/^\d$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Pass a whole number from 0 to 9.')
}
