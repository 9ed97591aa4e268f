import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { VariantName } from '../../generated/index.ts'
import type { Flow, FlowDocument } from '../openapi/arazzo.ts'

/** Reads the flows of an API, which its Arazzo document describes. */
export async function readFlows(variant: VariantName): Promise<Flow[]> {
  const file = new URL(`../../openapi/${variant}/flows.arazzo.yaml`, import.meta.url)
  const document: FlowDocument = parse(await readFile(file, 'utf8'))
  return document.workflows
}
