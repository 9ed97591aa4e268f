import type { TestResult } from '../test-case.ts'
import { describeFinding } from './describe.ts'
import { maskText } from './mask.ts'
import { countOutcomes, isFailure, outcomeOf, type Report } from './summary.ts'

/**
 * Writes the report as JUnit XML, in the form that Jenkins, GitLab and GitHub actions read. Each pack is a
 * suite, each operation a class.
 */
export function junitReport(report: Report): string {
  const { contract, url, seed, startedAt, durationMs, results, warnings } = report
  const suites = [...Map.groupBy(results, ({ test }) => test.pack)].map(([pack, ofPack]) =>
    element(
      'testsuite',
      {
        name: `${contract.name} ${pack}`,
        ...totals({ results: ofPack, isStrict: report.isStrict }),
        timestamp: startedAt.toISOString().slice(0, 19),
        time: seconds(ofPack.reduce((sum, result) => sum + result.durationMs, 0)),
      },
      [
        element('properties', {}, [
          element('property', { name: 'url', value: url }),
          ...(seed === undefined ? [] : [element('property', { name: 'seed', value: String(seed) })]),
        ]),
        ...ofPack.map((result) => testCase(report, result)),
        ...(warnings.length > 0 ? [element('system-err', {}, [toXml(warnings.join('\n'))])] : []),
      ],
    ),
  )
  const { skipped: _, ...all } = totals(report)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    'testsuites',
    { name: `auth-contracts ${contract.name}`, ...all, time: seconds(durationMs) },
    suites,
  )}\n`
}

function totals(report: Pick<Report, 'results' | 'isStrict'>): Record<string, string> {
  const { failed, notExercised } = countOutcomes(report)
  return {
    tests: String(report.results.length),
    failures: String(failed),
    errors: '0',
    skipped: String(notExercised),
  }
}

function testCase({ contract, isStrict }: Report, result: TestResult): string {
  const { test, findings, durationMs, reason = '' } = result
  const outcome = outcomeOf(result, isStrict)
  const differences = findings.filter((finding) => !isFailure(finding, isStrict))
  return element(
    'testcase',
    {
      classname: `${contract.name}.${test.operationId ?? test.pack}`,
      name: test.title,
      time: seconds(durationMs),
    },
    [
      ...(outcome === 'notExercised' ? [element('skipped', { message: maskText(reason) })] : []),
      ...findings
        .filter((finding) => isFailure(finding, isStrict))
        .map((finding) =>
          element('failure', { message: maskText(finding.message), type: finding.check }, [
            toXml(describeFinding(finding)),
          ]),
        ),
      ...(differences.length > 0
        ? [
            element('system-out', {}, [
              toXml(
                differences
                  .map(({ check, message }) => `Difference, ${check}: ${maskText(message)}`)
                  .join('\n'),
              ),
            ]),
          ]
        : []),
    ],
  )
}

function element(name: string, attributes: Record<string, string>, children: string[] = []): string {
  const text = Object.entries(attributes).map(([key, value]) => ` ${key}="${toXml(value)}"`)
  const start = `<${name}${text.join('')}`
  if (children.length === 0) return `${start}/>`
  const isText = children.every((child) => !child.startsWith('<'))
  return isText ? `${start}>${children.join('')}</${name}>` : `${start}>\n${children.join('\n')}\n</${name}>`
}

const seconds = (ms: number) => (ms / 1000).toFixed(3)

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** XML 1.0 cannot contain most control characters or lone surrogates, not even escaped (§2.2). */
const toXml = (text: string) =>
  text
    .toWellFormed()
    .replace(
      /[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
