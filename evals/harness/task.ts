import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { VariantName } from '../../generated/index.ts'
import { UserError } from '../../src/common/user-error.ts'
import type { Project } from './project.ts'
import type { TaskServer } from './server.ts'

/** Everything that a check can use: a new instance of the project, and a sandbox with the seeded data. */
export interface Grading extends TaskServer {
  project: Project
  /** Opens another instance of the project, such as a second device. Closed after the check. */
  openProject: () => Project
}

/** A task: how the project of a model is judged. The prompt is in `task.md` of the same folder. */
export interface Task {
  title: string
  /** The language of the prompt. */
  language: 'en' | 'ko'
  variant: VariantName
  /** The publishable key that the project receives as `API_KEY`, for APIs that require one. */
  apiKey?: string
  /** The checks by title, a sentence about behaviour. Each throws an error that explains what is wrong. */
  checks: Record<string, (grading: Grading) => Promise<void>>
}

const tasksFolder = join(import.meta.dirname, '../tasks')

/** Returns the names of all tasks in alphabetical order. */
export async function listTasks(): Promise<string[]> {
  return (await readdir(tasksFolder)).sort()
}

/** Returns the folder of a part of a task, such as `start`. */
export const folderOf = (name: string, part: 'start' | 'solution'): string => join(tasksFolder, name, part)

/**
 * Loads the grader of a task.
 * @throws {UserError} if the task does not exist
 */
export async function loadTask(name: string): Promise<Task> {
  const names = await listTasks()
  if (!names.includes(name)) throw new UserError(`No task is named ${name}. Tasks: ${names.join(', ')}.`)
  const { task }: { task: Task } = await import(`../tasks/${name}/grader.ts`)
  return task
}

/** Returns the prompt of a task. */
export const readPrompt = (name: string): Promise<string> =>
  readFile(join(tasksFolder, name, 'task.md'), 'utf8')
