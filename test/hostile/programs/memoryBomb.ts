import { report } from './report.ts'

report({ started: 'yes' })
const kept: Buffer[] = []
for (;;) kept.push(Buffer.alloc(8 * 1024 * 1024, 1))
