import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../src/common/user-error.ts'
import { runAgent } from './harness/agent.ts'
import { grade } from './harness/grade.ts'
import { renderResults, type TaskResult } from './harness/report.ts'
import { listTasks, loadTask, readPrompt } from './harness/task.ts'
import { createWorkspace } from './harness/workspace.ts'

interface Options {
  task?: string
  solution?: boolean
  project?: string
  command?: string
  timeout: number
  keep?: boolean
  json?: boolean
}

const program = new Command('evals')
  .description(
    'Grades projects that an AI model has completed. Without options, grades the untouched starts.',
  )
  .option('--task <name>', 'run one task (all by default)')
  .addOption(new Option('--solution', 'grade the reference solutions').conflicts(['project', 'command']))
  .addOption(new Option('--project <folder>', 'grade a finished project').conflicts('command'))
  .option(
    '--command <command>',
    'run this shell command in a copy of the start, with the prompt on standard input',
  )
  .option('--timeout <seconds>', 'end the command after this time', parseSeconds, 900)
  .option('--keep', 'keep the temporary folders, and print where they are')
  .option('--json', 'print the results as JSON')
  .addHelpText(
    'after',
    `
Examples:
  npm run evals -- --solution
  npm run evals -- --task bkend-token-refresh --project ./my-project
  npm run evals -- --command 'claude -p --mcp-config "$MCP_CONFIG" --permission-mode acceptEdits'`,
  )
  .action(run)

async function run({ task, json = false, ...options }: Options): Promise<void> {
  if (options.project !== undefined && task === undefined)
    throw new UserError('Pass --task <name> to say which task the project belongs to.')
  const results: TaskResult[] = []
  for (const name of task === undefined ? await listTasks() : [task])
    results.push(await runTask(name, options))
  console.log(json ? JSON.stringify(results, null, 2) : renderResults(results))
  if (results.some(({ passed }) => !passed)) process.exitCode = 1
}

async function runTask(
  name: string,
  { solution = false, project, command, timeout, keep = false }: Omit<Options, 'task' | 'json'>,
): Promise<TaskResult> {
  const task = await loadTask(name)
  const start = performance.now()
  const finish = async (folder: string, agentError?: string): Promise<TaskResult> => {
    const checks = await grade(task, folder)
    return {
      ...{ name, language: task.language, variant: task.variant, checks },
      passed: checks.every(({ passed }) => passed),
      seconds: (performance.now() - start) / 1000,
      ...(agentError !== undefined && { agentError }),
    }
  }
  if (project !== undefined) {
    await assertProject(project)
    return finish(project)
  }
  const workspace = await createWorkspace(name, { solution })
  try {
    if (command === undefined) return await finish(workspace.project)
    const agentError = await runAgent(task, workspace, {
      ...{ command, prompt: await readPrompt(name), timeoutSeconds: timeout },
      onConfig: (config) => console.error(`${name}: MCP configuration, also in $MCP_CONFIG:\n${config}`),
    })
    return await finish(workspace.project, agentError)
  } finally {
    if (keep) console.error(`${name}: ${workspace.project}`)
    else await workspace.remove()
  }
}

/** @throws {UserError} if the folder has no `app.ts` */
async function assertProject(folder: string): Promise<void> {
  const file = await stat(join(folder, 'app.ts')).catch(() => undefined)
  if (!file?.isFile()) throw new UserError(`${folder} has no app.ts. Pass the folder of the project.`)
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!(seconds > 0)) throw new InvalidArgumentError('Pass a positive number of seconds.')
  return seconds
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(`error: ${error.message}`)
  process.exitCode = 1
}
