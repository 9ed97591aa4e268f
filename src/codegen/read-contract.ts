import { UserError } from '../common/user-error.ts'
import { loadContractFile } from '../contract-files/load.ts'
import type { Locate } from '../contract-files/source-location.ts'
import type { Document } from '../openapi/document.ts'
import { bundleContract } from './bundle.ts'
import { completeDocument } from './complete.ts'
import type { Contract } from './contracts.ts'
import { leaveOutLimits } from './leave-out.ts'
import { findLimits } from './limits.ts'
import { withRelativePaths } from './problems.ts'

/** A contract in one document. */
interface ReadContract {
  document: Document
  /** The document without the operations that the generated code cannot express. */
  expressible: Document
  /** The changes that made the contract usable, with file and line. */
  warnings: string[]
}

/**
 * Reads a contract. That of a server is ours, so its faults are errors. Any other may be a copy of a vendor's
 * document, and is read as the contracts of users are.
 * @throws {UserError} with file and line of every problem
 */
export const readContract = (contract: Contract, isServed: boolean): Promise<ReadContract> =>
  isServed ? readOwnContract(contract) : readAnyContract(contract)

async function readOwnContract(contract: Contract): Promise<ReadContract> {
  const document = await bundleContract(contract)
  if (findLimits(document).length > 0) {
    // Redocly reports lines only from its rules, so that the lines come from the loader for users.
    const source = await loadContractFile(contract.file)
    const limits = findLimits(source.document)
    throw new UserError(limits.map(({ pointer, message }) => at(source.locate, pointer, message)).join('\n'))
  }
  return { document, expressible: document, warnings: [] }
}

async function readAnyContract({ file }: Contract): Promise<ReadContract> {
  const { document, locate, warnings } = await loadContractFile(file)
  completeDocument(document)
  const { document: expressible, warnings: limits } = leaveOutLimits(document)
  return {
    document,
    expressible,
    warnings: [
      ...warnings.map(
        ({ message, location }) => `${withRelativePaths(location.file)}:${location.line} ${message}`,
      ),
      ...limits.map(({ pointer, message }) => at(locate, pointer, message)),
    ],
  }
}

function at(locate: Locate, pointer: string, message: string): string {
  const { file, line } = locate(pointer)
  return `${withRelativePaths(file)}:${line} ${message}`
}
