import { execPath } from 'node:process'
import { createProcessSandbox } from '../sandbox/process/processSandbox.ts'
import { workerEntry } from './workerEntry.ts'

/** For models of one's own: a plain process, which every machine offers. */
export const defaultSandbox = createProcessSandbox({ node: execPath, entry: workerEntry() })
