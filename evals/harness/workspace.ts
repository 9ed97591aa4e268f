import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderOf } from './task.ts'

/** A temporary copy of the start of a task. */
export interface Workspace {
  /** Holds the project and, outside of it, files for the agent. */
  root: string
  /** The folder with `app.ts`. */
  project: string
  remove: () => Promise<void>
}

/**
 * Copies the start of a task into a temporary folder.
 * @param options.solution whether to add the reference solution
 */
export async function createWorkspace(name: string, { solution = false } = {}): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), `eval-${name}-`))
  const project = join(root, 'project')
  await mkdir(project)
  await cp(folderOf(name, 'start'), project, { recursive: true })
  if (solution) await cp(folderOf(name, 'solution'), project, { recursive: true })
  return { root, project, remove: () => rm(root, { recursive: true, force: true }) }
}
