import { readdir, readFile } from 'node:fs/promises'
import type { VariantName } from '../../generated/index.ts'
import { type Guide, guideLanguages, topics } from './guide.ts'
import { parseGuide } from './parse-guide.ts'

/**
 * Reads the guides of an API, in the order of the topics, English before Korean.
 * @returns an empty list if the API has no guides
 * @throws {UserError} if a guide has a wrong name or front matter
 */
export async function listGuides(name: string): Promise<Guide[]> {
  // Only the APIs of this package have guides.
  const variant = name as VariantName
  const folder = new URL(`../../openapi/${variant}/guides/`, import.meta.url)
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const guides = await Promise.all(
    files
      .filter((file) => file.endsWith('.md'))
      .map(async (file) =>
        parseGuide(
          variant,
          `openapi/${variant}/guides/${file}`,
          await readFile(new URL(file, folder), 'utf8'),
        ),
      ),
  )
  return guides.sort((left, right) => positionOf(left) - positionOf(right))
}

const positionOf = ({ topic, language }: Guide): number =>
  topics.indexOf(topic) * guideLanguages.length + guideLanguages.indexOf(language)
