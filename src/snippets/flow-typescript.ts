import type { Flow, Input, Output } from './flow.ts'
import { closingText } from './functions.ts'
import { toTypeScript } from './values.ts'

export const readlineImport = 'import { createInterface } from "node:readline/promises";'

/** Writes the function that asks the user in a terminal. */
export function askFunction({ isSandbox }: Flow, baseUrl: string): string {
  return `// In a web app, the value comes from a form, or from the URL of the page that the user opens.
${isSandbox ? `// The sandbox shows its mails at ${baseUrl}/__dev/inbox\n` : ''}async function ask(question: string) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return answer.trim();
}`
}

/** Writes the line that prints that the flow has succeeded. */
export function closingLine(flow: Flow): string {
  const text = closingText(flow)
  return text === undefined ? '' : `console.log(${JSON.stringify(text)});`
}

/** Declares the inputs of a flow. */
export function declareInputs(inputs: Input[]): string[] {
  return inputs.map(({ name, value }) =>
    value === undefined
      ? `const ${name} = Date.now().toString(36); // different in each run`
      : `const ${name} = ${toTypeScript(value, 0)};`,
  )
}

/** Writes a destructuring pattern, such as `{ session: { token } }`. */
export function destructure(outputs: Output[]): string {
  const byFirst = Map.groupBy(outputs, ({ path: [first = ''] }) => first)
  const entries = [...byFirst].map(([key, group]) => {
    const nested = group.flatMap(({ variable, path: [, ...path] }) =>
      path.length > 0 ? [{ variable, path }] : [],
    )
    if (nested.length > 0) return `${key}: ${destructure(nested)}`
    const [{ variable } = { variable: key }] = group
    return variable === key ? key : `${key}: ${variable}`
  })
  return `{ ${entries.join(', ')} }`
}
