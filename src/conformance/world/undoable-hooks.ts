import { NotExercisedError } from '../test-case.ts'
import type { Hooks } from './hooks.ts'
import type { Stage } from './stage.ts'

/** Gives a test the hooks of the run, and remembers what it changes, so that the change can be undone. */
export function undoableHooks(
  hooks: Hooks,
): Pick<Stage, 'hook' | 'changeSettings'> & { undo: () => Promise<void> } {
  const undoing: (() => Promise<void>)[] = []
  const { advanceClock } = hooks
  const tracked: Hooks = {
    ...hooks,
    ...(advanceClock && {
      async advanceClock(seconds) {
        await advanceClock(seconds)
        undoing.push(() => advanceClock(-seconds))
      },
    }),
  }

  const hook: Stage['hook'] = (name) => {
    const found = tracked[name]
    if (found === undefined) throw new NotExercisedError(`The hook ${name} is missing.`)
    return found as NonNullable<typeof found>
  }

  return {
    hook,
    async changeSettings(settings) {
      undoing.push(await hook('changeSettings')(settings))
    },
    /** Undoes the newest change first. */
    async undo() {
      for (const each of undoing.reverse()) await each()
    },
  }
}
