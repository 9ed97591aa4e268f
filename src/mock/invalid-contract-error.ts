/** A part of the contract that the mock cannot use. */
export class InvalidContractError extends Error {
  override name = 'InvalidContractError'
  /** The JSON Pointer of the part. */
  readonly pointer: string

  constructor(message: string, pointer: string, options?: ErrorOptions) {
    super(message, options)
    this.pointer = pointer
  }
}

/**
 * Runs code that reads a part of the contract.
 * @throws {InvalidContractError} if it fails
 */
export function readingContract<T>(pointer: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof InvalidContractError) throw error
    throw new InvalidContractError((error as Error).message, pointer, { cause: error })
  }
}
