import { basename, dirname, resolve } from 'node:path'
import { contractNameRule, isContractName } from '../catalog/contract-name.ts'
import { UserError } from '../common/user-error.ts'

/** A contract that a user named on the command line or in a configuration file. */
export interface ContractSource {
  /** A name for URLs and folders, such as `acme-auth`. */
  name: string
  /** A path or URL. */
  source: string
}

/**
 * Reads the values of the option `--contract`: `name=path`, or a path or URL. Without a name, the file has to
 * tell it: `acme.yaml` and `acme/openapi.yaml` are both called `acme`.
 * @throws {UserError} if a name is not usable, or used twice
 */
export function readContractOptions(texts: readonly string[]): ContractSource[] {
  const contracts = texts.map(readContractOption)
  for (const [index, { name, source }] of contracts.entries()) {
    const earlier = contracts.slice(0, index).find((contract) => contract.name === name)
    if (earlier)
      throw new UserError(
        `The contracts ${earlier.source} and ${source} are both called ${name}. Name one of them with --contract <name>=${source}.`,
      )
  }
  return contracts
}

function readContractOption(text: string): ContractSource {
  // A path can contain an equals sign, too, and so can the query of a URL.
  const [, given, path] = /^([^=/\\:]*)=(.*)$/.exec(text) ?? []
  const source = path ?? text
  if (source === '')
    throw new UserError(
      `--contract ${text} has no file. Pass a path or URL, such as --contract ./openapi.yaml.`,
    )
  const name = given ?? nameOf(source)
  if (isContractName(name)) return { name, source }
  throw new UserError(
    given === undefined
      ? `${source} gives the contract no usable name. Name it with --contract <name>=${source}.`
      : `The contract name ${JSON.stringify(name)} is not usable. ${contractNameRule}`,
  )
}

/** File names that say nothing about the API. */
const generic = /^(openapi|swagger|api|spec|contract|index)([.-]?(v?\d[\d.]*|bundle[d]?))*$/i

/** Derives a name from that of the file, from its folder, or from the host of a URL. */
function nameOf(source: string): string {
  const url = /^(https?|file):\/\//i.test(source) && URL.canParse(source) ? new URL(source) : undefined
  const path = url ? decodeURIComponent(url.pathname) : resolve(source)
  const folder = basename(dirname(path))
  const file = basename(path).replace(/\.(ya?ml|json)$/i, '')
  return toName(generic.test(file) ? folder || (url?.hostname ?? '') : file)
}

/** Converts `Acme Auth_v2` to `acme-auth-v2`. */
const toName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
