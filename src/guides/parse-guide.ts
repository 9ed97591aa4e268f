import { parseDocument } from 'yaml'
import { UserError } from '../common/user-error.ts'
import { type Guide, guideLanguages, topics } from './guide.ts'

/**
 * Parses the text of a guide.
 * @param file its path in the repository, `openapi/<variant>/guides/<topic>.<language>.md`
 * @throws {UserError} if the name of the file or the front matter is wrong
 */
export function parseGuide(variant: Guide['variant'], file: string, text: string): Guide {
  const [, name, extension] = /([^/]+)\.(\w+)\.md$/.exec(file) ?? []
  const topic = topics.find((each) => each === name)
  const language = guideLanguages.find((each) => each === extension)
  if (!topic || !language)
    throw new UserError(
      `${file}: name the file <topic>.<language>.md. Topics: ${topics.join(', ')}. Languages: ${guideLanguages.join(', ')}.`,
    )
  const [head = '', yaml] = /^---\n([\s\S]*?\n)---\n/.exec(text) ?? []
  if (yaml === undefined)
    throw new UserError(`${file}:1 has no front matter. Begin with a line ---, the fields, and a line ---.`)
  return {
    variant,
    topic,
    language,
    ...parseFrontMatter(file, yaml),
    body: text.slice(head.length),
    source: { file, line: linesIn(head) + 1 },
  }
}

function parseFrontMatter(file: string, yaml: string): Pick<Guide, 'title' | 'description' | 'operations'> {
  // The line of the opening --- precedes the fields.
  const at = (offset: number) => `${file}:${linesIn(yaml.slice(0, offset)) + 2}`
  const document = parseDocument(yaml)
  const [error] = document.errors
  if (error) throw new UserError(`${at(error.pos[0])} is not valid YAML: ${error.message.split('\n')[0]}`)
  const fields: Record<string, unknown> = Object(document.toJS())
  const unknown = Object.keys(fields).find((name) => !['title', 'description', 'operations'].includes(name))
  if (unknown)
    throw new UserError(
      `${at(yaml.search(new RegExp(`^${unknown}\\b`, 'm')))} has the unknown field ${unknown}.`,
    )
  const { title, description, operations } = fields
  if (!isText(title)) throw new UserError(`${file}:2 needs the field title.`)
  if (!isText(description)) throw new UserError(`${file}:2 needs the field description.`)
  if (!Array.isArray(operations) || operations.length === 0 || !operations.every(isText))
    throw new UserError(`${file}:2 needs the field operations, a list of operation ids.`)
  return { title, description, operations }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''

const linesIn = (text: string): number => text.split('\n').length - 1
