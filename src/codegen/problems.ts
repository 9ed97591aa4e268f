import { isAbsolute, relative, sep } from 'node:path'
import {
  getLineColLocation,
  type NormalizedProblem,
  ResolveError,
  YamlParseError,
} from '@redocly/openapi-core'
import { UserError } from '../common/user-error.ts'

/** Reports problems that Redocly found, each with file, line and column. */
export function throwProblems(problems: NormalizedProblem[]): void {
  if (problems.length > 0) throw new UserError(problems.map(describeProblem).join('\n'))
}

/** Converts an error that Redocly throws about an entry file. It reports all other problems. */
export function toUserError(error: unknown, file: string): unknown {
  const path = withRelativePaths(file)
  if (error instanceof YamlParseError)
    return new UserError(`${path}:${error.line}:${error.col} ${withRelativePaths(error.message)}`)
  if (error instanceof ResolveError) return new UserError(`${path}:1:1 ${withRelativePaths(error.message)}`)
  return error
}

/** Makes all paths in a text relative to the working directory. */
export function withRelativePaths(text: string): string {
  return isAbsolute(text) ? relative(process.cwd(), text) : text.replaceAll(process.cwd() + sep, '')
}

function describeProblem({ message, location: [location] }: NormalizedProblem): string {
  if (!location) return message
  const { start } = getLineColLocation(location)
  return `${withRelativePaths(location.source.absoluteRef)}:${start.line}:${start.col} ${withRelativePaths(message)}`
}
