import { basename } from 'node:path'
import { UserError } from '../../common/user-error.ts'
import { type ContractFile, loadContractFile } from '../../contract-files/load.ts'
import { type Contract, createContract } from './contract.ts'

/**
 * Reads a contract from a file or URL: OpenAPI 3.0, 3.1 or 3.2, in JSON or YAML, in one or several files.
 * @param source a path, or an http, https or file URL
 * @param name the name of the API in reports; the name of the file by default
 * @throws {UserError} if the document cannot be read, or is not OpenAPI 3
 * @example
 * const contract = await loadContract('./openapi.yaml')
 */
export async function loadContract(source: string | URL, name?: string): Promise<Contract> {
  const file = await loadContractFile(source)
  return toContract(file, name ?? basename(file.url.pathname))
}

/**
 * Prepares a contract that was read for tests.
 * @param name the name of the API in reports
 */
export function toContract(
  { document, locate, shown }: Pick<ContractFile, 'document' | 'locate' | 'shown'>,
  name: string,
): Contract {
  try {
    return { ...createContract(name, document, ''), locate }
  } catch (error) {
    throw new UserError(`${shown} is not a valid OpenAPI document: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
