import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findContracts, isVariant } from '../src/codegen/contracts.ts'
import { UserError } from '../src/common/user-error.ts'
import { root } from './root.ts'

/** The changes of one contract since an earlier revision. */
export interface ContractDiff {
  variant: string
  /** Values of `info.version`; undefined where there is no contract. */
  versions: { base: string | undefined; current: string | undefined }
  summary: { major: number; minor: number; patch: number }
  /** One line for each breaking change. */
  breaking: string[]
}

const redoclyPath = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'))
/** Without `extends: diff-recommended` in this file, Redocly rates no change as breaking. */
const redoclyConfig = join(root, 'redocly.yaml')

/**
 * Returns the newest release.
 * @returns undefined if the repository has no tag `v*`, or there is no repository
 */
export function newestRelease(folder: string): string | undefined {
  return git(folder, 'tag', '--list', 'v*', '--sort=-version:refname')?.split('\n')[0] || undefined
}

/** Tells whether the repository lacks a part of its history. */
export function isShallow(folder: string): boolean {
  return git(folder, 'rev-parse', '--is-shallow-repository') === 'true'
}

/**
 * Compares the contracts in `<folder>/openapi` with those of a git revision.
 * @throws {UserError} when git does not know the revision, or it has no contracts
 */
export async function diffContracts(folder: string, revision: string): Promise<ContractDiff[]> {
  const commit = git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`)
  if (!commit)
    throw new UserError(`Git does not know the revision ${revision}. Pass a tag, a branch or a commit.`)
  const scratch = mkdtempSync(join(tmpdir(), 'contract-diff-'))
  try {
    const archive = join(scratch, 'base.tar')
    if (git(folder, 'archive', `--output=${archive}`, commit, 'openapi') === undefined)
      throw new UserError(`The revision ${revision} has no folder openapi/. Pass a later one.`)
    execFileSync('tar', ['-xf', archive, '-C', scratch])
    const files = { base: join(scratch, 'openapi'), current: join(folder, 'openapi') }
    const found = await Promise.all(Object.values(files).map(findContracts))
    const variants = [...new Set(found.flat().map(({ variant }) => variant))].filter(isVariant).sort()
    return await Promise.all(variants.map((variant) => diffContract(variant, files)))
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

/**
 * Tells whether the version says that a contract has breaking changes: a higher major version or, below
 * 1.0.0, a higher minor version.
 */
export function announcesBreak({ base, current }: ContractDiff['versions']): boolean {
  const [oldMajor = 0, oldMinor = 0] = toNumbers(base)
  const [major = 0, minor = 0] = toNumbers(current)
  return major > oldMajor || (major === 0 && oldMajor === 0 && minor > oldMinor)
}

/**
 * Returns the exit code of a comparison.
 * @param report accept breaking changes while the version of the package is below 1.0.0
 */
export function exitCodeOf(diffs: ContractDiff[], report: boolean, packageVersion: string): 0 | 1 {
  const isUnannounced = diffs.some(
    ({ breaking, versions }) => breaking.length > 0 && !announcesBreak(versions),
  )
  return isUnannounced && !(report && packageVersion.startsWith('0.')) ? 1 : 0
}

const toNumbers = (version = ''): number[] => version.split('.').map(Number)

interface Report {
  infoVersions: ContractDiff['versions'] & { revision: string }
  summary: ContractDiff['summary']
  changes: { path: string; impact: string; verdicts: { impact: string; message: string }[] }[]
}

async function diffContract(
  variant: string,
  files: { base: string; current: string },
): Promise<ContractDiff> {
  const [base, current] = [files.base, files.current].map((folder) => join(folder, variant, 'openapi.yaml'))
  const none = { major: 0, minor: 0, patch: 0 }
  if (!base || !existsSync(base))
    return { variant, versions: { base: undefined, current: 'new contract' }, summary: none, breaking: [] }
  if (!current || !existsSync(current)) {
    const breaking = ['The contract was removed.']
    const versions = { base: undefined, current: undefined }
    return { variant, versions, summary: { ...none, major: 1 }, breaking }
  }
  const { infoVersions, summary, changes } = await redoclyDiff(base, current)
  return {
    variant,
    versions: { base: infoVersions.base, current: infoVersions.revision },
    summary,
    breaking: changes
      .filter(({ impact }) => impact === 'major')
      .flatMap(({ path, verdicts }) =>
        verdicts
          .filter(({ impact }) => impact === 'major')
          .map(({ message }) => `${readablePath(path)}: ${message}`),
      ),
  }
}

async function redoclyDiff(base: string, current: string): Promise<Report> {
  const options = ['--config', redoclyConfig, '--format', 'json', '--fail-on', 'none']
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const args = [redoclyPath, 'diff', base, current, ...options]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 2 ** 28 })
  return JSON.parse(stdout)
}

/** Converts `#/paths/~1a/get/responses/200` to `/a get responses 200`. */
function readablePath(pointer: string): string {
  const keys = pointer.replace(/^#\//, '').split('/')
  const decoded = keys.map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
  return (decoded[0] === 'paths' ? decoded.slice(1) : decoded).join(' ')
}

/** Runs git in a folder, and returns its trimmed output, or undefined if it fails. */
function git(folder: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}
