import type { ContractFile } from '../contract-files/load.ts'

/** The most warnings about one contract. A generator can make the same mistake in every schema. */
const most = 5

/**
 * Warns about the schemas of contracts that are not usable, with file and line. Never fails, because servers
 * go on without these warnings.
 */
export async function reportSchemas(files: readonly ContractFile[]): Promise<void> {
  if (files.length === 0) return
  const { schemaProblems } = await import('../contract-files/schema-problems.ts')
  for (const { document, locate, shown } of files)
    try {
      const problems = schemaProblems(document)
      for (const { message, pointer } of problems.slice(0, most)) {
        const { file, line } = locate(pointer)
        console.error(`warning: ${file}:${line} ${message} The mock answers 501 where it needs this schema.`)
      }
      if (problems.length > most)
        console.error(`warning: ${problems.length - most} more schemas are not usable either.`)
    } catch (error) {
      console.error(`warning: The schemas of ${shown} cannot be checked: ${(error as Error).message}`)
    }
}
