import { Command, InvalidArgumentError } from 'commander'
import { UserError } from '../user-error.ts'

/** Touches no data: secrets are where the environment of the servers is kept. */
export const rotateSecretsCommand = (): Command =>
  new Command('rotate-secrets')
    .description('make the next value of SECRETS, without signing anybody out')
    .option('--keep <number>', 'how many of the present secrets stay good', parseKeep, 1)
    .option('--json', 'tell programs what came of it')
    .addHelpText(
      'after',
      `
Reads SECRETS of the environment and prints its next value: a new secret, which signs from now on, and the present ones,
which are still accepted. Give it to every server and restart them one by one. Rotate again, with --keep 0, when nothing
that was signed before has to be good any longer: that is the lifetime of a session of the API.

Example:
  SECRETS=... npx auth-contracts admin rotate-secrets`,
    )
    .action(rotate)

async function rotate({ keep, json }: { keep: number; json?: boolean }): Promise<void> {
  const [{ variables }, { rotated }] = await Promise.all([
    import('../../server/variables.ts'),
    import('../../server/administration/secrets.ts'),
  ])
  const present = variables.SECRETS.read(process.env.SECRETS ?? '')
  if (!present)
    throw new UserError(
      process.env.SECRETS
        ? `SECRETS must be ${variables.SECRETS.form}.`
        : 'SECRETS is not set, so there is nothing to rotate. A first one: openssl rand -base64 32',
    )
  const next = rotated(present, keep)
  console.log(json ? JSON.stringify({ secrets: next }) : next.join(','))
}

function parseKeep(text: string): number {
  if (/^\d$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number from 0 to 9.')
}
