import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

interface Report {
  problems: { ruleId: string; location: { source: { ref: string } }[] }[]
}

/** Lints contracts in one run of redocly, and returns the rules that each of them breaks. */
export function lint(documents: object[]): string[][] {
  const directory = mkdtempSync(join(tmpdir(), 'auth-contracts-lint-'))
  try {
    const files = documents.map((document, index) => {
      // JSON is YAML, and takes an unquoted scalar where a mutation asks for one.
      const file = join(directory, `${index}.yaml`)
      writeFileSync(file, JSON.stringify(document, null, 2).replaceAll(/"UNQUOTED([^"]*)"/g, '$1'))
      return file
    })
    const { stdout } = spawnSync(
      process.execPath,
      [
        'node_modules/@redocly/cli/bin/cli.js',
        ...['lint', '--config', 'redocly.yaml', '--format', 'json'],
        ...files,
      ],
      { cwd: root, encoding: 'utf8', env: { ...process.env, REDOCLY_TELEMETRY: 'off' } },
    )
    // The command prints one JSON object per contract, without a separator.
    const reports: Report[] = JSON.parse(`[${stdout.replaceAll(/^\}\{$/gm, '},{')}]`)
    if (reports.length !== documents.length) throw new Error(`redocly lint printed ${stdout}`)
    const problems = reports.flatMap((report) => report.problems)
    return files.map((file) =>
      problems
        .filter(({ location }) => basename(location[0]?.source.ref ?? '') === basename(file))
        .map(({ ruleId }) => ruleId),
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}
