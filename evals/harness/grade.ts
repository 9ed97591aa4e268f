import { openProject, type Project } from './project.ts'
import { findLeaks } from './secrets.ts'
import { startTaskServer } from './server.ts'
import type { Task } from './task.ts'

/** The result of a check. */
export interface CheckResult {
  title: string
  passed: boolean
  /** The mistake, in one sentence. Absent if the check has passed. */
  reason?: string
}

/**
 * Judges a project: starts a sandbox, and runs each check of the task with fresh data and a fresh instance.
 * After each check, the requests of the project have to keep the contract, and leak no secret.
 * @param folder the folder of the project, which contains `app.ts`
 */
export async function grade(task: Task, folder: string): Promise<CheckResult[]> {
  const { reset, close, ...server } = await startTaskServer(task.variant)
  const env = { BASE_URL: server.url, ...(task.apiKey !== undefined && { API_KEY: task.apiKey }) }
  const results: CheckResult[] = []
  try {
    for (const [title, check] of Object.entries(task.checks)) {
      await reset()
      const projects: Project[] = []
      const open = () => {
        const project = openProject(folder, env)
        projects.push(project)
        return project
      }
      try {
        await check({ ...server, project: open(), openProject: open })
        const output = projects.map((project) => project.output()).join('')
        const [problem] = [...server.violations, ...findLeaks(server.exchanges, output)]
        results.push({ title, passed: problem === undefined, ...(problem && { reason: problem }) })
      } catch (error) {
        results.push({ title, passed: false, reason: reasonOf(error) })
      } finally {
        await Promise.all(projects.map((project) => project.close()))
      }
    }
  } finally {
    await close()
  }
  return results
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  // Node appends the compared values to the message of an assertion.
  return text.split('\n')[0] ?? text
}
